// SPDX-License-Identifier: Apache-2.0
// Layers where runtimes, converters and the reference evaluator disagree, or a good guess is wrong:
// each row is a small model, and what comes out by the text of the ONNX standard. Truth: arithmetic
// by hand, written out beside the rows; where the standard is silent, PyTorch 2.15.
#include <QtTest/QtTest>
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tests/support/onnx_layer.h"
#include "tests/support/onnx_network.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

}  // namespace

class TestLayerRules : public QObject {
    Q_OBJECT

  private slots:
    void layersGiveWhatTheStandardSays_data() {
        QTest::addColumn<std::string>("model");
        QTest::addColumn<Dims>("dims");
        QTest::addColumn<Reals>("x");
        QTest::addColumn<Reals>("wanted");
        activations();
        normalisations();
        sizes();
        products();
    }
    void layersGiveWhatTheStandardSays() {
        QFETCH(std::string, model);
        QFETCH(Dims, dims);
        QFETCH(Reals, x);
        QFETCH(Reals, wanted);
        const Result<Reals> ours = layerAnswer(opened(model), dims, x);
        QVERIFY2(ours.ok(), ours.ok() ? "" : ours.error().message.c_str());
        const std::string difference = differenceOf(*ours, wanted);
        QVERIFY2(difference.empty(), difference.c_str());
    }

    void whatAFileSaysTwiceIsRefused() {
        // The standard: pads cannot be used together with auto_pad.
        const onnx::Network network = opened(modelOf(
            {.op = "MaxPool",
             .attributes = {attribute("kernel_shape", {3, 3}), attribute("pads", {2, 2, 2, 2}),
                            word("auto_pad", "SAME_UPPER")}},
            {1, 1, 5, 5}));
        QCOMPARE(network.refused.size(), size_t{1});
        QCOMPARE(network.refused.front().code, std::string("O05"));
        QVERIFY(network.refused.front().message.find("pads") != std::string::npos);
    }

    void statisticsOfEveryPixelAreRefused() {
        const std::vector<std::string> four{onnxFloats("s", {4}, {1, 1, 1, 1}),
                                            onnxFloats("b", {4}, {0, 0, 0, 0})};
        const onnx::Network network = opened(modelOf({.op = "BatchNormalization",
                                                      .attributes = {number("spatial", 0)},
                                                      .initializers = four,
                                                      .inputs = {"x", "s", "b", "b", "s"},
                                                      .opset = 7},
                                                     {1, 1, 2, 2}));
        QCOMPARE(network.refused.size(), size_t{1});
        QVERIFY(network.refused.front().message.find("spatial") != std::string::npos);
    }

    void dropoutInTrainingModeIsToldAndLeavesPredictionsAlone() {
        const std::string on = onnxTyped("t", OnnxBool, {}, OnnxField::Int32s, {1});
        const onnx::Network network =
            opened(modelOf({.op = "Dropout",
                            .initializers = {onnxFloats("r", {}, {0.3f}), on},
                            .inputs = {"x", "r", "t"},
                            .opset = 13},
                           {2, 3}));
        QVERIFY(network.refused.empty());
        const auto tells = [](const std::string& remark) {
            return remark.find("training mode") != std::string::npos;
        };
        QVERIFY(std::ranges::any_of(network.remarks, tells));
        const auto given = runOnnx(network, {{"x", floats({2, 3}, upTo(6))}});
        QVERIFY(given.ok());
        QCOMPARE(given->front(), upTo(6));
        const vitrine::Node* dropout = nullptr;
        for (const vitrine::Node& node : network.graph.nodes())
            if (node.op->id == "dropout") dropout = &node;
        QVERIFY(dropout);
        QVERIFY(std::abs(dropout->attrs.real("rate") - 0.3) < 1e-6);
    }

    void bytesAreConvolvedExactly() {
        // Weights of the file, as dynamic quantisation writes them: 255 − 2 · 1 and 1 − 2 · 2.
        const std::string weight =
            onnxTyped("w", OnnxUint8, {1, 1, 2}, OnnxField::Int32s, {129, 126});
        const std::string zero = onnxTyped("z", OnnxUint8, {}, OnnxField::Int32s, {128});
        const std::string nothing = onnxTyped("n", OnnxUint8, {}, OnnxField::Int32s, {0});
        const std::string model = onnxModel(
            {.graph = onnxGraph(
                 {.nodes = {onnxNode("Cast", {"x"}, {"a"}, {number("to", OnnxUint8)}),
                            onnxNode("ConvInteger", {"a", "w", "n", "z"}, {"y"})},
                  .initializers = {weight, zero, nothing},
                  .inputs = {onnxValue("x", OnnxFloat, {int64_t{1}, int64_t{1}, int64_t{3}})},
                  .outputs = {onnxValue("y", OnnxInt32)}}),
             .opset = 18});
        onnx::Network network = opened(model);
        QVERIFY(network.refused.empty());
        network.batch = std::min<int64_t>(network.batch, 1);
        const auto given = runOnnx(network, {{"x", floats({1, 1, 3}, {255, 1, 2})}});
        QVERIFY2(given.ok(), given.ok() ? "" : given.error().message.c_str());
        QCOMPARE(given->front(), (Reals{253, -3}));
    }

  private:
    /// Without anything in it where that fails, which is told.
    onnx::Network opened(const std::string& bytes) {
        Result<onnx::Network> network = networkOfBytes(bytes);
        if (network.ok()) return std::move(*network);
        QTest::qFail(network.error().message.c_str(), __FILE__, __LINE__);
        return {};
    }

    void row(const char* name, const Layer& layer, const Dims& dims, const Reals& x,
             const Reals& wanted) {
        QTest::newRow(name) << modelOf(layer, dims) << dims << x << wanted;
    }

    void activations() {
        for (const char* op : {"Relu", "LeakyRelu", "HardSigmoid", "Sigmoid", "Tanh", "Elu"}) {
            const bool keeps = std::string_view(op) != "HardSigmoid";
            const double atZero = op == std::string_view("Sigmoid") ? 0.5 : keeps ? 0 : 0.5;
            row(op, {.op = op}, {2}, {notANumber, 0}, {notANumber, atZero});
        }
        row("Gelu", {.op = "Gelu", .opset = 20}, {2}, {notANumber, 0}, {notANumber, 0});
        const std::vector<std::string> bounds{onnxFloats("a", {}, {3}), onnxFloats("b", {}, {1})};
        row("bounds that cross", {.op = "Clip", .initializers = bounds, .inputs = {"x", "a", "b"}},
            {3}, {0, 2, 5}, {1, 1, 1});
        const float infinite = std::numeric_limits<float>::infinity();
        const std::vector<std::string> open{onnxFloats("a", {}, {-1}),
                                            onnxFloats("b", {}, {infinite})};
        row("a bound at infinity", {.op = "Clip", .initializers = open, .inputs = {"x", "a", "b"}},
            {3}, {-2, 0, 1e30}, {-1, 0, 1e30});
        row("bounds of attributes",
            {.op = "Clip", .attributes = {real("min", 0), real("max", 6)}, .opset = 6}, {4},
            {notANumber, -1, 3, 7}, {notANumber, 0, 3, 6});
        // 1 / (1 + e²⁰) and 1 / (1 + e⁹⁰), which float32 holds.
        row("a sigmoid's tail", {.op = "Sigmoid"}, {2}, {-20, -60},
            {2.0611536181902037e-9, 8.75651076269652e-27});
        row("logarithms of what softmax has no room for", {.op = "LogSoftmax"}, {1, 2}, {1000, 0},
            {0, -1000});
        // Up to operator set 12 the axis and all behind it are one.
        row("softmax over two axes",
            {.op = "Softmax", .attributes = {number("axis", 1)}, .opset = 11}, {1, 2, 2},
            {0, 0, 0, 0}, {0.25, 0.25, 0.25, 0.25});
        row("softmax over one axis",
            {.op = "Softmax", .attributes = {number("axis", 1)}, .opset = 13}, {1, 2, 2},
            {0, 0, 0, 0}, {0.5, 0.5, 0.5, 0.5});
        row("hardmax over two axes", {.op = "Hardmax", .opset = 11}, {1, 2, 2}, upTo(4),
            {0, 0, 0, 1});
        row("hardmax over one axis", {.op = "Hardmax", .attributes = {number("axis", 1)}},
            {1, 2, 2}, upTo(4), {0, 0, 1, 1});
        const std::vector<std::string> slopes{onnxFloats("s", {2}, {2, 3})};
        row("slopes along the last axis",
            {.op = "PRelu", .initializers = slopes, .inputs = {"x", "s"}}, {1, 2, 1, 2},
            {-1, -1, -1, 1}, {-2, -3, -2, 1});
        row("slopes of channels",
            {.op = "PRelu", .initializers = slopes, .inputs = {"x", "s"}, .opset = 6}, {1, 2, 1, 2},
            {-1, -1, -1, 1}, {-2, -2, -3, 1});
    }

    void normalisations() {
        // Channels c − 1 to c + 2: 1 / (1 + 1 + 4 + 9), 2 / (1 + 1 + 4 + 9 + 16), …
        row("an even neighbourhood",
            {.op = "LRN", .attributes = {number("size", 4), real("alpha", 4), real("beta", 1)}},
            {1, 5, 1, 1}, upTo(5), {1. / 15, 2. / 31, 3. / 55, 4. / 51, 5. / 42});
        const std::vector<std::string> fresh{onnxFloats("one", {1}, {1}),
                                             onnxFloats("zero", {1}, {0})};
        // 0.9 · 1 + 0.1 · 9.5: the variance of 1, 2, 4, 9 divides by four.
        row("a running variance",
            {.op = "BatchNormalization",
             .initializers = fresh,
             .inputs = {"x", "one", "zero", "zero", "one"},
             .outputs = {"y", "m", "v"},
             .opset = 9},
            {4, 1}, {1, 2, 4, 9}, {1.85});
        const double one = 1 / std::sqrt(1 + 1e-9);
        row("scales of groups",
            {.op = "GroupNormalization",
             .attributes = {number("num_groups", 2)},
             .initializers = {onnxFloats("s", {2}, {1, 10}), onnxFloats("b", {2}, {0, 0})},
             .inputs = {"x", "s", "b"}},
            {1, 4, 1}, {0, 200, 0, 200}, {-one, one, -10 * one, 10 * one});
        row("scales of channels",
            {.op = "GroupNormalization",
             .attributes = {number("num_groups", 2)},
             .initializers = {onnxFloats("s", {4}, {1, 2, 3, 4}),
                              onnxFloats("b", {4}, {0, 0, 0, 0})},
             .inputs = {"x", "s", "b"},
             .opset = 21},
            {1, 4, 1}, {0, 200, 0, 200}, {-one, 2 * one, -3 * one, 4 * one});
        // One pass, E[x²] − E[x]², would leave nothing of the variance.
        const double near = 1 / std::sqrt(1 + 1e-5);
        row("a mean far from zero",
            {.op = "GroupNormalization",
             .attributes = {number("num_groups", 1)},
             .initializers = {onnxFloats("s", {1}, {1}), onnxFloats("b", {1}, {0})},
             .inputs = {"x", "s", "b"}},
            {1, 2, 1}, {9999, 10001}, {-near, near});
    }

    void sizes() {
        const auto resize = [](std::vector<std::string> attributes, std::vector<float> scales) {
            const auto count = static_cast<int64_t>(scales.size());
            return Layer{.op = "Resize",
                         .attributes = std::move(attributes),
                         .initializers = {onnxFloats("s", {count}, scales)},
                         .inputs = {"x", "", "s"}};
        };
        row("nearest, doubled", resize({}, {1, 1, 2}), {1, 1, 3}, upTo(3), {1, 1, 2, 2, 3, 3});
        row("nearest, halved", resize({}, {1, 1, 0.5f}), {1, 1, 5}, upTo(5), {1, 3});
        // By the seven results that there are, not by 7.5.
        row("corners of a rounded size",
            resize({word("coordinate_transformation_mode", "align_corners")}, {1, 1, 1.5f}),
            {1, 1, 5}, upTo(5), {1, 2, 2, 3, 4, 4, 5});
        const Reals square{1, 2, 4, 3, 8, 1, 0, 5, 7};
        const std::string linear = word("mode", "linear");
        row("one pixel, the middle", resize({linear}, {1, 1, 1.f / 3, 1.f / 3}), {1, 1, 3, 3},
            square, {8});
        row("one pixel, the first",
            resize({linear, word("coordinate_transformation_mode", "pytorch_half_pixel")},
                   {1, 1, 0.34f, 0.34f}),
            {1, 1, 3, 3}, square, {1});
        // Before operator set 11 places begin at the first corners.
        const std::vector<std::string> twice{onnxFloats("s", {3}, {1, 1, 2})};
        row("Upsample",
            {.op = "Upsample",
             .attributes = {linear},
             .initializers = twice,
             .inputs = {"x", "s"},
             .opset = 9},
            {1, 1, 2}, {1, 2}, {1, 1.5, 2, 2});
        row("Resize 10",
            {.op = "Resize",
             .attributes = {linear},
             .initializers = twice,
             .inputs = {"x", "s"},
             .opset = 10},
            {1, 1, 2}, {1, 2}, {1, 1.5, 2, 2});
        row("Resize 10, smaller",
            {.op = "Resize",
             .initializers = {onnxFloats("s", {3}, {1, 1, 0.6f})},
             .inputs = {"x", "s"},
             .opset = 10},
            {1, 1, 4}, upTo(4), {1, 3});
    }

    void products() {
        const auto gemm = [](const std::string& added, std::vector<std::string> attributes = {}) {
            return Layer{.op = "Gemm",
                         .attributes = std::move(attributes),
                         .initializers = {onnxFloats("w", {2, 3}, {1, 0, 2, 0, 1, 3}), added},
                         .inputs = {"x", "w", "c"}};
        };
        const Dims two{2, 2};
        const Reals x{1, 2, 3, 4};  // times w: 1 2 8, 3 4 18
        row("a bias", gemm(onnxFloats("c", {3}, {1, 2, 3})), two, x, {2, 4, 11, 4, 6, 21});
        row("a number for each row", gemm(onnxFloats("c", {2, 1}, {10, 20})), two, x,
            {11, 12, 18, 23, 24, 38});
        row("a row", gemm(onnxFloats("c", {1, 3}, {1, 2, 3})), two, x, {2, 4, 11, 4, 6, 21});
        row("one number", gemm(onnxFloats("c", {}, {1})), two, x, {2, 3, 9, 4, 5, 19});
        const float none = std::numeric_limits<float>::quiet_NaN();
        row("NaN that counts nothing",
            gemm(onnxFloats("c", {3}, {none, none, none}), {real("beta", 0), real("alpha", 2)}),
            two, x, {2, 4, 16, 6, 8, 36});
        // 2.08, 2.5 and 3.5 steps: of two that are as near the even one.
        const std::vector<std::string> steps{
            onnxFloats("s", {}, {0.125f}), onnxTyped("z", OnnxUint8, {}, OnnxField::Int32s, {128})};
        row("steps of a scale",
            {.op = "QuantizeLinear",
             .initializers = steps,
             .inputs = {"x", "s", "z"},
             .resultType = OnnxUint8},
            {5}, {0.26, 0.3125, 0.4375, -100, 100}, {130, 130, 132, 0, 255});
    }
};

QTEST_GUILESS_MAIN(TestLayerRules)
#include "tst_layer_rules.moc"
