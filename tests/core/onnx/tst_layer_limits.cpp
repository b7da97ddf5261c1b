// SPDX-License-Identifier: Apache-2.0
// Where layers and numbers end: extents of 0, the smallest numbers that floats hold, floats of 16
// bits, what is random. Truth: arithmetic by hand, written out beside the rows; where the standard
// is silent, PyTorch 2.15. FACTS C14, C16 to C18, J4, P12, P19, P21, PB20.
#include <QtTest/QtTest>
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/tensor/element.h"
#include "tests/support/onnx_layer.h"
#include "tests/support/onnx_network.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int32_t onnxBfloat16 = 16, onnxFloat16 = 10, onnxDouble = 11;

std::string ints(std::string_view name, const std::vector<int64_t>& values) {
    return onnxIntegers(name, {static_cast<int64_t>(values.size())}, values);
}

/// Weights of a tenth are no numbers of two's powers: the last bit of what they give is free.
bool isWeighted(double ours, double wanted) {
    return QByteArray(QTest::currentDataTag()) == "linear" && std::abs(ours - wanted) < 1e-6;
}

/// The same bits, where they are numbers.
bool isSame(double ours, double wanted) {
    return std::isnan(ours) ? std::isnan(wanted)
                            : ours == wanted && std::signbit(ours) == std::signbit(wanted);
}

}  // namespace

class TestLayerLimits : public QObject {
    Q_OBJECT

  private slots:
    void layersGiveExactlyThis_data() {
        QTest::addColumn<std::string>("model");
        QTest::addColumn<Dims>("dims");
        QTest::addColumn<Reals>("x");
        QTest::addColumn<Reals>("wanted");
        smallestNumbers();
        nothing();
        nothingButBiases();
        roundedOnce();
        signs();
        besideASkip();
    }
    void layersGiveExactlyThis() {
        QFETCH(std::string, model);
        QFETCH(Dims, dims);
        QFETCH(Reals, x);
        QFETCH(Reals, wanted);
        const Result<Reals> ours = layerAnswer(opened(model), dims, x);
        QVERIFY2(ours.ok(), ours.ok() ? "" : ours.error().message.c_str());
        QCOMPARE(ours->size(), wanted.size());
        for (size_t i = 0; i < wanted.size(); ++i)
            QVERIFY2(isSame((*ours)[i], wanted[i]) || isWeighted((*ours)[i], wanted[i]),
                     qPrintable(QString("%1 at %2, wanted %3")
                                    .arg((*ours)[i], 0, 'g', 17)
                                    .arg(i)
                                    .arg(wanted[i], 0, 'g', 17)));
    }

    /// FACTS C16: runtimes draw anew at each run; a network here gives the same for the same.
    void whatIsRandomIsRefused_data() {
        QTest::addColumn<std::string>("op");
        for (const char* op : {"RandomNormalLike", "RandomUniformLike", "Bernoulli", "Multinomial"})
            QTest::newRow(op) << std::string(op);
    }
    void whatIsRandomIsRefused() {
        QFETCH(std::string, op);
        const onnx::Network network = opened(modelOf({.op = op}, {2, 3}));
        QCOMPARE(network.refused.size(), size_t{1});
        QVERIFY2(network.refused.front().message.find("random") != std::string::npos,
                 network.refused.front().message.c_str());
    }

    /// FACTS C16: ONNX Runtime refuses it, PyTorch gives zeros in training, the reference
    /// evaluator NaN. Predictions are as they would be without.
    void dropoutOfEverythingIsLeftOutAndTold() {
        const std::string on = onnxTyped("t", OnnxBool, {}, OnnxField::Int32s, {1});
        const onnx::Network network =
            opened(modelOf({.op = "Dropout",
                            .initializers = {onnxFloats("r", {}, {1}), on},
                            .inputs = {"x", "r", "t"},
                            .opset = 13},
                           {2, 3}));
        QVERIFY(network.refused.empty());
        const auto tells = [](const std::string& remark) {
            return remark.find("ratio 1") != std::string::npos;
        };
        QVERIFY(std::ranges::any_of(network.remarks, tells));
        const Result<Reals> given = layerAnswer(network, {2, 3}, upTo(6));
        QVERIFY(given.ok());
        QCOMPARE(*given, upTo(6));
    }

    /// FACTS PB20 and C7: the files' momentum is the weight of what was there before.
    void momentumIsTheShareOfTheBatchHere() {
        const std::vector<std::string> numbers{onnxFloats("one", {2}, {1, 1}),
                                               onnxFloats("zero", {2}, {0, 0})};
        const onnx::Network network = opened(modelOf({.op = "BatchNormalization",
                                                      .attributes = {real("momentum", 0.75)},
                                                      .initializers = numbers,
                                                      .inputs = {"x", "one", "zero", "zero", "one"},
                                                      .opset = 11},
                                                     {1, 2, 3, 3}));
        QVERIFY(network.refused.empty());
        const auto isNorm = [](const vitrine::Node& node) { return node.op->id == "batch_norm2d"; };
        const auto norm = std::ranges::find_if(network.graph.nodes(), isNorm);
        QVERIFY(norm != network.graph.nodes().end());
        QCOMPARE(norm->attrs.real("momentum"), 0.25);
    }

    /// FACTS P12: a double becomes the nearest float of 16 bits at once; by way of a float of 32
    /// bits both would be 1, the even neighbour of a tie that is none.
    void doublesAreRoundedOnce() {
        for (const auto& [type, number, wanted] :
             {std::tuple(DType::BF16, 1 + 0x1p-8 + 0x1p-40, 1 + 0x1p-7),
              std::tuple(DType::F16, 1 + 0x1p-11 + 0x1p-40, 1 + 0x1p-10),
              std::tuple(DType::BF16, 1 + 0x1p-8, 1.0), std::tuple(DType::F16, 1 + 0x1p-11, 1.0)}) {
            std::byte around[9] = {};
            std::byte* const stored = around + 1;  // numbers of files begin anywhere
            writeElement(stored, type, 0, number);
            QCOMPARE(readElement(stored, type, 0), wanted);
            writeElement(stored, type, 0, -number);
            QCOMPARE(readElement(stored, type, 0), -wanted);
        }
    }

  private:
    /// Without anything in it where that fails, which is told.
    onnx::Network opened(const std::string& bytes) {
        Result<onnx::Network> network = networkOfBytes(bytes);
        if (network.ok()) return std::move(*network);
        QTest::qFail(network.error().message.c_str(), __FILE__, __LINE__);
        return {};
    }

    static void row(const char* name, const Layer& layer, const Dims& dims, const Reals& x,
                    const Reals& wanted) {
        QTest::newRow(name) << modelOf(layer, dims) << dims << x << wanted;
    }

    /// FACTS C14: nothing flushes them to 0.
    void smallestNumbers() {
        const double tiny = 1e-40f, smallest = std::numeric_limits<float>::denorm_min();
        const Reals x{tiny, smallest, -tiny, -smallest};
        row("the smallest by Mul",
            {.op = "Mul", .initializers = {onnxFloats("w", {1}, {1})}, .inputs = {"x", "w"}},
            {1, 4}, x, x);
        row("the smallest by MatMul",
            {.op = "MatMul", .initializers = {onnxFloats("w", {1, 1}, {1})}, .inputs = {"x", "w"}},
            {4, 1}, x, x);
        row("the smallest by Conv",
            {.op = "Conv",
             .initializers = {onnxFloats("w", {1, 1, 1, 1}, {1})},
             .inputs = {"x", "w"}},
            {1, 1, 2, 2}, x, x);
        row("the smallest of a file",
            {.op = "Mul",
             .initializers = {onnxFloats("w", {1}, {static_cast<float>(smallest)})},
             .inputs = {"x", "w"}},
            {1, 2}, {1, 3}, {smallest, 3 * smallest});
    }

    /// FACTS C17 and C18: PyTorch's means of nothing are NaN, its largest numbers of nothing −∞.
    void nothing() {
        row("Relu of an empty batch", {.op = "Relu"}, {0, 2}, {}, {});
        row("Conv of an empty batch",
            {.op = "Conv",
             .initializers = {onnxFloats("w", {1, 1, 1, 1}, {1})},
             .inputs = {"x", "w"}},
            {0, 1, 2, 2}, {}, {});
        row("Gemm of an empty batch",
            {.op = "Gemm", .initializers = {onnxFloats("w", {2, 1}, {1, 1})}, .inputs = {"x", "w"}},
            {0, 2}, {}, {});
        row("an empty batch flattened",
            {.op = "Reshape", .initializers = {ints("s", {0, -1})}, .inputs = {"x", "s"}},
            {0, 2, 3}, {}, {});
        row("a mean of no rows",
            {.op = "ReduceMean", .initializers = {ints("a", {1})}, .inputs = {"x", "a"}}, {2, 0},
            {}, {notANumber, notANumber});
        row("a largest of no rows",
            {.op = "ReduceMax", .initializers = {ints("a", {1})}, .inputs = {"x", "a"}}, {2, 0}, {},
            {-infinity, -infinity});
        row("a mean of no pixels", {.op = "GlobalAveragePool"}, {1, 2, 0, 3}, {},
            {notANumber, notANumber});
    }

    /// FACTS C18: a sum over no channels is 0, and the bias is added to it.
    void nothingButBiases() {
        row("Conv over no channels",
            {.op = "Conv",
             .initializers = {onnxTensor("w", OnnxFloat, {2, 0, 1, 1}),
                              onnxFloats("b", {2}, {3, 5})},
             .inputs = {"x", "w", "b"}},
            {1, 0, 2, 2}, {}, {3, 3, 3, 3, 5, 5, 5, 5});
    }

    /// FACTS P12 and P19: operators that know floats of 16 bits since a later operator set only are
    /// read; each number of a cast is rounded once.
    void roundedOnce() {
        // 1 + 2⁻⁸ + 2⁻⁴⁰ lies above the middle of 1 and 1 + 2⁻⁷.
        const std::string numbers =
            onnxTensor("c", onnxDouble, {2}).bytes(9, doubles({1 + 0x1p-8 + 0x1p-40, 1 + 0x1p-8}));
        const std::string wide =
            onnxNode("Constant", {}, {"c"}, {onnxTensorAttribute("value", numbers)});
        for (const auto& [name, type, first] : {std::tuple("bf16", onnxBfloat16, 1 + 0x1p-7),
                                                std::tuple("f16", onnxFloat16, 1 + 0x1p-8)}) {
            const std::string model = onnxModel(
                {.graph = onnxGraph(
                     {.nodes = {wide, onnxNode("Cast", {"c"}, {"n"}, {number("to", type)}),
                                onnxNode("Cast", {"n"}, {"f"}, {number("to", OnnxFloat)}),
                                onnxNode("Mul", {"x", "f"}, {"y"})},
                      .inputs = {onnxValue("x", OnnxFloat, {int64_t{1}, int64_t{2}})},
                      .outputs = {onnxValue("y", OnnxFloat)}})});
            const double second = type == onnxBfloat16 ? 1 : 1 + 0x1p-8;
            QTest::newRow(name) << model << Dims{1, 2} << Reals{1, 1} << Reals{first, second};
        }
        const std::string weight =
            onnxTensor("w", onnxBfloat16, {1, 1, 1, 1}).bytes(9, {"\x40\x40", 2});
        const std::string model = onnxModel(
            {.graph = onnxGraph(
                 {.nodes = {onnxNode("Conv", {"x", "w"}, {"c"}), onnxNode("Relu", {"c"}, {"y"})},
                  .initializers = {weight},
                  .inputs = {onnxValue("x", onnxBfloat16,
                                       {int64_t{1}, int64_t{1}, int64_t{1}, int64_t{2}})},
                  .outputs = {onnxValue("y", onnxBfloat16)}}),
             .opset = 20});
        QTest::newRow("a convolution in bf16")
            << model << Dims{1, 1, 1, 2} << Reals{2, -1} << Reals{6, 0};
    }

    static std::string doubles(const std::vector<double>& numbers) {
        return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double)};
    }

    /// FACTS P21: the standard is silent. PyTorch's sign of NaN is 0, ONNX Runtime's NaN, and here
    /// NaN is not hidden. log1p comes as the sum and the logarithm that PyTorch's exporters write.
    void signs() {
        row("Sign", {.op = "Sign"}, {5}, {-2, -0.0, 0, 3, notANumber},
            {-1, -0.0, 0, 1, notANumber});
        const std::string naive =
            onnxModel({.graph = onnxGraph({.nodes = {onnxNode("Add", {"x", "one"}, {"a"}),
                                                     onnxNode("Log", {"a"}, {"y"})},
                                           .initializers = {onnxFloats("one", {}, {1})},
                                           .inputs = {onnxValue("x", OnnxFloat, {int64_t{1}})},
                                           .outputs = {onnxValue("y", OnnxFloat)}})});
        QTest::newRow("log1p as it is exported") << naive << Dims{1} << Reals{1e-10} << Reals{0};
    }

    /// FACTS J4: enlarged to the size of what came before, as PyTorch's exporter writes it. Places
    /// of two in five are −0.3, 0.1, 0.5, 0.9, 1.3 from the middles and 0, 0.4, 0.8, 1.2, 1.6 from
    /// the corners.
    void besideASkip() {
        const auto model = [](const std::vector<std::string>& attributes) -> std::string {
            return onnxModel(
                {.graph = onnxGraph(
                     {.nodes =
                          {onnxNode(
                               "MaxPool", {"x"}, {"a"},
                               {attribute("kernel_shape", {1, 2}), attribute("strides", {1, 2})}),
                           onnxNode("Shape", {"x"}, {"h"}, {number("start", 2), number("end", 3)}),
                           onnxNode("Shape", {"x"}, {"w"}, {number("start", 3), number("end", 4)}),
                           onnxNode("Concat", {"first", "h", "w"}, {"s"}, {number("axis", 0)}),
                           onnxNode("Resize", {"a", "", "", "s"}, {"y"}, attributes)},
                      .initializers = {ints("first", {1, 1})},
                      .inputs = {onnxValue("x", OnnxFloat,
                                           {int64_t{1}, int64_t{1}, int64_t{1}, int64_t{5}})},
                      .outputs = {onnxValue("y", OnnxFloat)}})});
        };
        const Dims dims{1, 1, 1, 5};
        const Reals x{1, 2, 3, 6, 9};  // the larger of two: 2, 6
        QTest::newRow("nearest") << model({word("mode", "nearest"), word("nearest_mode", "floor"),
                                           word("coordinate_transformation_mode", "asymmetric")})
                                 << dims << x << Reals{2, 2, 2, 6, 6};
        QTest::newRow("linear") << model({word("mode", "linear"),
                                          word("coordinate_transformation_mode", "half_pixel")})
                                << dims << x << Reals{2, 2.4f, 4, 5.6f, 6};
    }
};

QTEST_GUILESS_MAIN(TestLayerLimits)
#include "tst_layer_limits.moc"
