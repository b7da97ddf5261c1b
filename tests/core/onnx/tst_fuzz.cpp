// SPDX-License-Identifier: Apache-2.0
// Damaged models: whatever the bytes are, a model is read or refused, and nothing else happens.
#include <QtTest/QtTest>

#include "core/onnx/network.h"
#include "tests/support/counts.h"
#include "tests/support/mutator.h"
#include "tests/support/onnx_maker.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

std::string ints(std::string_view name, const std::vector<int64_t>& values) {
    return onnxIntegers(name, {static_cast<int64_t>(values.size())}, values);
}

/// A small network with a shape that is computed, as exporters write it.
std::string reshaping() {
    return onnxModel(
        {.graph = onnxGraph(
             {.nodes = {onnxNode("Conv", {"x", "w", "b"}, {"c"},
                                 {onnxAttribute("pads", std::vector<int64_t>{1, 1, 1, 1}),
                                  onnxAttribute("kernel_shape", std::vector<int64_t>{3, 3})}),
                        onnxNode("Relu", {"c"}, {"r"}), onnxNode("Shape", {"r"}, {"s"}),
                        onnxNode("Gather", {"s", "zero"}, {"n"}),
                        onnxNode("Unsqueeze", {"n", "axes"}, {"u"}),
                        onnxNode("Concat", {"u", "minus"}, {"to"},
                                 {onnxAttribute("axis", int64_t{0})}),
                        onnxNode("Reshape", {"r", "to"}, {"y"})},
              .initializers = {onnxFloats("w", {2, 1, 3, 3}, std::vector<float>(18, 0.5f)),
                               onnxFloats("b", {2}, {1, 2}), onnxIntegers("zero", {}, {0}),
                               ints("axes", {0}), ints("minus", {-1})},
              .inputs = {onnxValue("x", OnnxFloat, {"n", int64_t{1}, int64_t{4}, int64_t{4}})},
              .outputs = {onnxValue("y", OnnxFloat, {"n", int64_t{32}})}})});
}

/// Graphs inside, a function, a sparse tensor, typed numbers, an external file.
std::string nested() {
    const std::string body = onnxGraph(
        {.nodes = {onnxNode("Add", {"v", "t"}, {"w"}), onnxNode("Identity", {"go"}, {"on"})},
         .inputs = {onnxValue("i", OnnxInt64, {}), onnxValue("go", OnnxBool, {}),
                    onnxValue("v", OnnxFloat)},
         .outputs = {onnxValue("on", OnnxBool), onnxValue("w", OnnxFloat)}});
    const OnnxMessage sparse = OnnxMessage()
                                   .bytes(1, onnxFloats("t", {2}, {7, 9}))
                                   .bytes(2, ints("", {1, 3}))
                                   .packed(3, {4});
    return onnxModel(
        {.graph = onnxGraph(
             {.nodes = {onnxNode("Loop", {"n", "", "x"}, {"l"}, {onnxGraphAttribute("body", body)}),
                        onnxNode({.op = "F",
                                  .inputs = {"l"},
                                  .outputs = {"f"},
                                  .attributes = {onnxAttribute("k", int64_t{1})},
                                  .domain = "d"}),
                        onnxNode("Slice", {"f", "a", "b"}, {"y"}),
                        onnxNode("Tile", {"y", "b"}, {"z"})},
              .initializers = {onnxTyped("n", OnnxInt64, {}, OnnxField::Int64s, {3}),
                               ints("a", {1}),
                               onnxExternal("e", OnnxFloat, {2}, {{"location", "none"}}),
                               ints("b", {3})},
              .inputs = {onnxValue("x", OnnxFloat, {int64_t{4}})},
              .outputs = {onnxValue("y", OnnxFloat), onnxValue("z", OnnxFloat)},
              .sparse = {sparse}}),
         .functions = {onnxFunction(
             {.name = "F",
              .domain = "d",
              .inputs = {"p"},
              .outputs = {"q"},
              .nodes = {onnxNode("Flatten", {"p"}, {"q"}, {onnxReference("axis", "k", 2)})},
              .attributes = {"k"}})},
         .domains = {{"d", 1}}});
}

/// Every rule once, on three inputs: what it says when nothing fits.
std::string many(size_t first) {
    const char* const ops[] = {"Pad",     "Split",  "Resize",    "MaxPool", "TopK",     "OneHot",
                               "Scatter", "CumSum", "Range",     "Expand",  "GatherND", "Where",
                               "Einsum",  "LSTM",   "Compress",  "Gemm",    "Squeeze",  "Cast",
                               "Unique",  "DFT",    "ReduceSum", "Trilu",   "MatMul",   "Softmax"};
    std::vector<std::string> nodes;
    for (size_t i = 0; i < 6; ++i)
        nodes.push_back(onnxNode(
            ops[(first * 6 + i) % std::size(ops)], {"x", "k", "k"}, {fmt::format("y{}", i)},
            {onnxAttribute("axis", int64_t{1}), onnxAttribute("to", int64_t{7})}));
    return onnxModel(
        {.graph = onnxGraph({.nodes = nodes,
                             .initializers = {ints("k", {1, 2})},
                             .inputs = {onnxValue("x", OnnxFloat, {int64_t{2}, int64_t{3}})},
                             .outputs = {onnxValue("y0", OnnxFloat)}})});
}

}  // namespace

class TestOnnxFuzz : public QObject {
    Q_OBJECT

  private slots:
    void damagedModelsAreReadOrRefused() {
        std::vector<std::string> seeds{reshaping(), nested()};
        for (size_t i = 0; i < 4; ++i) seeds.push_back(many(i));
        for (const std::string& seed : seeds) {
            const auto whole = onnx::modelFromBytes(std::as_bytes(std::span(seed)), "net.onnx");
            QVERIFY2(whole.ok(), whole.ok() ? "" : whole.error().message.c_str());
        }
        Mutator mutator(seeds);
        int opened = 0, refused = 0;
        const int count = executions();
        for (int i = 0; i < count; ++i) {
            const std::string bytes = mutator.next();
            const auto model = onnx::modelFromBytes(std::as_bytes(std::span(bytes)), "net.onnx");
            const auto network =
                model.ok() ? onnx::networkOf(*model) : Result<onnx::Network>(model.error());
            if (network.ok()) {
                ++opened;
                continue;
            }
            ++refused;
            QVERIFY2(!network.error().code.empty() && !network.error().message.empty(),
                     "an error without a sentence");
        }
        printCount(count, "damaged ONNX models are read or refused");
        QVERIFY(opened > count / 100 && refused > count / 100);
    }
};

QTEST_GUILESS_MAIN(TestOnnxFuzz)
#include "tst_fuzz.moc"
