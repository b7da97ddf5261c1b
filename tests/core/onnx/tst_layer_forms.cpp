// SPDX-License-Identifier: Apache-2.0
// Layers that exporters take apart are put together again, with numbers of their own that can be
// trained. Truth: arithmetic by hand, written out beside the rows.
#include <QtTest/QtTest>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/support/onnx_layer.h"
#include "tests/support/onnx_network.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

bool isNear(double ours, double wanted) {
    return std::abs(ours - wanted) <= 1e-6 * std::max(std::abs(wanted), 1e-3);
}

std::set<std::string_view> kindsOf(const onnx::Network& network) {
    std::set<std::string_view> kinds;
    for (const vitrine::Node& node : network.graph.nodes()) kinds.insert(node.op->id);
    return kinds;
}

const vitrine::Node* nodeOf(const onnx::Network& network, std::string_view op) {
    for (const vitrine::Node& node : network.graph.nodes())
        if (node.op->id == op) return &node;
    return nullptr;
}

/// As PyTorch's exporters write GroupNorm(2, 4) of x [1, 4, 1]; the norm in the middle multiplies
/// by `inner`.
std::string groupNormModel(const std::vector<std::string>& behind, float inner,
                           const std::vector<std::string>& outputs = {"y"}) {
    std::vector<std::string> nodes{onnxNode("Reshape", {"x", "apart"}, {"a"}),
                                   onnxNode("InstanceNormalization", {"a", "ones", "zeros"}, {"n"}),
                                   onnxNode("Reshape", {"n", "whole"}, {"b"})};
    nodes.insert(nodes.end(), behind.begin(), behind.end());
    std::vector<std::string> shown;
    for (const std::string& name : outputs) shown.push_back(onnxValue(name, OnnxFloat));
    return onnxModel(
        {.graph = onnxGraph(
             {.nodes = nodes,
              .initializers = {onnxTyped("apart", OnnxInt64, {3}, OnnxField::Int64s, {0, 2, -1}),
                               onnxTyped("whole", OnnxInt64, {3}, OnnxField::Int64s, {1, 4, 1}),
                               onnxFloats("ones", {2}, {inner, inner}),
                               onnxFloats("zeros", {2}, {0, 0}),
                               onnxFloats("gamma", {4, 1}, {1, 2, 3, 4}),
                               onnxFloats("beta", {1, 4, 1}, {10, 20, 30, 40})},
              .inputs = {onnxValue("x", OnnxFloat, {int64_t{1}, int64_t{4}, int64_t{1}})},
              .outputs = shown}),
         .opset = 17});
}
const std::vector<std::string> affine{onnxNode("Mul", {"b", "gamma"}, {"m"}),
                                      onnxNode("Add", {"m", "beta"}, {"y"})};
/// The mean of each group is 100, and its deviation 100: 1 / √(1 + 1e-5 / 100²).
const double one = 1 / std::sqrt(1 + 1e-9);
const Reals normed{10 - one, 20 + 2 * one, 30 - 3 * one, 40 + 4 * one};

}  // namespace

class TestLayerForms : public QObject {
    Q_OBJECT

  private slots:
    void aGroupNormHasItsOwnScaleAndShift_data() {
        QTest::addColumn<std::string>("model");
        QTest::newRow("as PyTorch writes it") << groupNormModel(affine, 1);
        QTest::newRow("the other way round") << groupNormModel(
            {onnxNode("Mul", {"gamma", "b"}, {"m"}), onnxNode("Add", {"beta", "m"}, {"y"})}, 1);
    }
    void aGroupNormHasItsOwnScaleAndShift() {
        QFETCH(std::string, model);
        const onnx::Network network = opened(model);
        QVERIFY(network.refused.empty());
        QCOMPARE(kindsOf(network), (std::set<std::string_view>{"input", "group_norm", "output"}));
        const vitrine::Node& norm = *nodeOf(network, "group_norm");
        QCOMPARE(norm.attrs.integer("groups"), int64_t{2});
        for (const auto& [port, weight] : {std::pair("scale", "gamma"), {"shift", "beta"}}) {
            const Parameter* own = network.graph.findParameter(norm.parameterId(port));
            QVERIFY(own && own->kind == ParameterKind::Trained && own->file);
            QCOMPARE(own->file->tensor, std::string(weight));
            QVERIFY(own->type->shape == Shape{4});
        }
        compare(network, {1, 4, 1}, {0, 200, 0, 200}, normed);
    }

    void whatStandsBetweenIsStillGiven() {
        const onnx::Network network = opened(groupNormModel(affine, 1, {"y", "m"}));
        QVERIFY(network.refused.empty());
        const auto given = runOnnx(network, {{"x", floats({1, 4, 1}, {0, 200, 0, 200})}});
        QVERIFY(given.ok() && given->size() == 2);
        const Reals between{-one, 2 * one, -3 * one, 4 * one};
        for (size_t i = 0; i < 4; ++i) {
            QVERIFY(isNear((*given)[0][i], normed[i]));
            QVERIFY(isNear((*given)[1][i], between[i]));
        }
    }

    void whatScalesByGroupsStaysApart() {
        const onnx::Network network = opened(groupNormModel(affine, 2));
        QVERIFY(network.refused.empty());
        QVERIFY(!kindsOf(network).contains("group_norm"));
        compare(network, {1, 4, 1}, {0, 200, 0, 200},
                {10 - 2 * one, 20 + 4 * one, 30 - 6 * one, 40 + 8 * one});
    }

    void rowsTimesWeightsAreALayer_data() {
        QTest::addColumn<std::vector<std::string>>("add");
        QTest::addColumn<std::string>("bias");
        QTest::addColumn<bool>("isOwn");
        const std::vector<std::string> after{"p", "c"}, before{"c", "p"};
        QTest::newRow("a bias") << after << onnxFloats("c", {3}, {1, 2, 3}) << true;
        QTest::newRow("in front") << before << onnxFloats("c", {3}, {1, 2, 3}) << true;
        QTest::newRow("a row") << after << onnxFloats("c", {1, 3}, {1, 2, 3}) << true;
        QTest::newRow("a matrix") << after << onnxFloats("c", {2, 3}, {1, 2, 3, 1, 2, 3}) << false;
    }
    void rowsTimesWeightsAreALayer() {
        QFETCH(std::vector<std::string>, add);
        QFETCH(std::string, bias);
        QFETCH(bool, isOwn);
        const onnx::Network network = opened(onnxModel(
            {.graph = onnxGraph(
                 {.nodes = {onnxNode("MatMul", {"x", "w"}, {"p"}), onnxNode("Add", add, {"y"})},
                  .initializers = {onnxFloats("w", {2, 3}, {1, 0, 2, 0, 1, 3}), bias},
                  .inputs = {onnxValue("x", OnnxFloat, {int64_t{2}, int64_t{2}})},
                  .outputs = {onnxValue("y", OnnxFloat)}}),
             .opset = 17}));
        QVERIFY(network.refused.empty());
        const vitrine::Node* layer = nodeOf(network, "linear");
        QVERIFY(layer);
        QCOMPARE(layer->attrs.flag("bias"), isOwn);
        QVERIFY(!kindsOf(network).contains("matmul"));
        QCOMPARE(kindsOf(network).contains("add"), !isOwn);
        // x times w: 1 2 8, 3 4 18.
        compare(network, {2, 2}, {1, 2, 3, 4}, {2, 4, 11, 4, 6, 21});
    }

    void aValueTimesItsSigmoidIsSilu() {
        const std::string model = onnxModel(
            {.graph = onnxGraph(
                 {.nodes = {onnxNode("Sigmoid", {"x"}, {"s"}), onnxNode("Mul", {"x", "s"}, {"y"})},
                  .inputs = {onnxValue("x", OnnxFloat, {int64_t{2}, int64_t{2}})},
                  .outputs = {onnxValue("y", OnnxFloat)}}),
             .opset = 18});
        const onnx::Network network = opened(model);
        QCOMPARE(kindsOf(network), (std::set<std::string_view>{"input", "silu", "output"}));
        const auto given = runOnnx(network, {{"x", floats({2, 2}, {-20, -1, 0, 3})}});
        QVERIFY(given.ok());
        // x / (1 + e⁻ˣ).
        for (const auto& [k, wanted] :
             {std::pair(0, -4.122307236380407e-8), std::pair(1, -0.2689414213699951),
              std::pair(2, 0.0), std::pair(3, 2.8577223804673)})
            QVERIFY(isNear(given->front()[static_cast<size_t>(k)], wanted));
    }

    void weightsOfConstantNodesAreTrained() {
        // As Paddle writes them: operator set 7, IR 3, no initializers.
        const std::string weight =
            onnxNode("Constant", {}, {"w"},
                     {onnxTensorAttribute("value", onnxFloats("w", {1, 1, 1, 1}, {2}))});
        const std::string model =
            onnxModel({.graph = onnxGraph({.nodes = {weight, onnxNode("Conv", {"x", "w"}, {"y"})},
                                           .inputs = {onnxValue("x", OnnxFloat, {2, 1, 2, 2})},
                                           .outputs = {onnxValue("y", OnnxFloat)}}),
                       .opset = 7,
                       .ir = 3});
        const onnx::Network network = opened(model);
        QVERIFY(network.refused.empty());
        QCOMPARE(network.graph.parameters().size(), size_t{1});
        QCOMPARE(network.graph.parameters().begin()->second.kind, ParameterKind::Trained);
        const auto given = runOnnx(network, {{"x", floats({2, 1, 2, 2}, upTo(8))}});
        QVERIFY(given.ok());
        QCOMPARE(given->front(), (Reals{2, 4, 6, 8, 10, 12, 14, 16}));
    }

    void channelsLastSandwichesAreRead() {
        // As TensorFlow's exporter writes them: Transpose, Conv, Transpose.
        const std::string model = onnxModel(
            {.graph = onnxGraph(
                 {.nodes = {onnxNode("Transpose", {"x"}, {"a"}, {attribute("perm", {0, 3, 1, 2})}),
                            onnxNode("Conv", {"a", "w"}, {"b"},
                                     {word("auto_pad", "SAME_UPPER"), attribute("strides", {2, 2}),
                                      attribute("kernel_shape", {3, 3})}),
                            onnxNode("Transpose", {"b"}, {"y"}, {attribute("perm", {0, 2, 3, 1})})},
                  .initializers = {onnxFloats("w", {1, 1, 3, 3}, {1, 1, 1, 1, 1, 1, 1, 1, 1})},
                  .inputs = {onnxValue("x", OnnxFloat, {"n", 4, 4, 1})},
                  .outputs = {onnxValue("y", OnnxFloat)}}),
             .opset = 15});
        const onnx::Network network = opened(model);
        QVERIFY(network.refused.empty());
        QVERIFY(network.batch > 0);
        // SAME of an even side at stride 2 pads (0, 1): sums of windows from 0 and 2.
        Reals x(static_cast<size_t>(network.batch) * 16, 1);
        const auto given = runOnnx(network, {{"x", floats({network.batch, 4, 4, 1}, x)}});
        QVERIFY(given.ok());
        QCOMPARE(Reals(given->front().begin(), given->front().begin() + 4), (Reals{9, 6, 6, 4}));
    }

  private:
    /// Without anything in it where that fails, which is told.
    onnx::Network opened(const std::string& bytes) {
        Result<onnx::Network> network = networkOfBytes(bytes);
        if (network.ok()) return std::move(*network);
        QTest::qFail(network.error().message.c_str(), __FILE__, __LINE__);
        return {};
    }

    static void compare(onnx::Network network, const Dims& dims, const Reals& x,
                        const Reals& wanted) {
        if (network.batch > 0) network.batch = dims.front();
        const auto given = runOnnx(network, {{"x", floats(dims, x)}});
        QVERIFY2(given.ok(), given.ok() ? "" : given.error().message.c_str());
        QCOMPARE(differenceOf(given->front(), wanted), std::string());
    }
};

QTEST_GUILESS_MAIN(TestLayerForms)
#include "tst_layer_forms.moc"
