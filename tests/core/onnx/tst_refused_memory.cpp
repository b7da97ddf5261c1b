// SPDX-License-Identifier: Apache-2.0
// What a refused model takes: at most 64 MB and four times its file, measured in a process of its
// own. Truth: the promise of R28; the kernel's own count of resident pages.
#include <sys/wait.h>
#include <unistd.h>
#include <QtTest/QtTest>

#include <fstream>
#include <functional>

#include "core/onnx/network.h"
#include "tests/support/onnx_maker.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// A line of /proc/self/status in bytes.
int64_t statusBytes(const std::string& key) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(key + ":")) return std::atoll(line.c_str() + key.size() + 1) * 1024;
    return 0;
}

struct Measured {
    int64_t bytes = 0;
    bool isRefused = false;
};

/// How far memory grows while a child reads a model.
Measured measure(const std::string& model) {
    int ends[2] = {};
    if (::pipe(ends) != 0) return {};
    const pid_t child = ::fork();
    if (child == 0) {
        std::ofstream("/proc/self/clear_refs") << 5;  // the peak counts from here
        const int64_t before = statusBytes("VmRSS");
        Measured found;
        {
            const auto read = onnx::modelFromBytes(std::as_bytes(std::span(model)), "net.onnx");
            found.isRefused = !read.ok() || !onnx::networkOf(*read).ok();
        }
        found.bytes = statusBytes("VmHWM") - before;
        const bool isTold = ::write(ends[1], &found, sizeof found) == sizeof found;
        ::_exit(isTold ? 0 : 1);
    }
    ::close(ends[1]);
    Measured found;
    const bool isTold = ::read(ends[0], &found, sizeof found) == sizeof found;
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return isTold && WIFEXITED(status) ? found : Measured{};
}

const std::string x = onnxValue("x", OnnxFloat, {int64_t{8}});
const std::string y = onnxValue("y", OnnxFloat);

std::string millionNodes() {
    std::string nodes;
    for (int i = 0; i < 1'000'000; ++i)
        nodes += OnnxMessage().bytes(1, onnxNode("Relu", {"x"}, {fmt::format("h{}", i)}));
    return onnxModel({.graph = nodes + onnxGraph({.nodes = {}, .inputs = {x}, .outputs = {y}})});
}

std::string manyEmptyParts(uint32_t field) {
    std::string parts;
    for (int i = 0; i < 4'000'000; ++i) parts += OnnxMessage().bytes(field, "");
    return onnxModel({.graph = parts});
}

std::string doublingFunctions() {
    std::vector<std::string> functions;
    for (int i = 0; i < 40; ++i) {
        const std::string next = i == 39 ? "Relu" : fmt::format("F{}", i + 1);
        const std::string domain = i == 39 ? "" : "f";
        functions.push_back(onnxFunction(
            {.name = fmt::format("F{}", i),
             .domain = "f",
             .inputs = {"a"},
             .outputs = {"b"},
             .nodes = {
                 onnxNode({.op = next, .inputs = {"a"}, .outputs = {"t"}, .domain = domain}),
                 onnxNode({.op = next, .inputs = {"t"}, .outputs = {"b"}, .domain = domain})}}));
    }
    return onnxModel(
        {.graph = onnxGraph(
             {.nodes = {onnxNode({.op = "F0", .inputs = {"x"}, .outputs = {"y"}, .domain = "f"})},
              .inputs = {x},
              .outputs = {y}}),
         .functions = functions,
         .domains = {{"f", 1}}});
}

std::string largeTensorOfAnotherSize() {
    const std::string w =
        onnxTensor("w", OnnxFloat, {25, 1'000'001}).bytes(9, std::string(100'000'000, '\1'));
    return onnxModel({.graph = onnxGraph({.nodes = {onnxNode("Add", {"x", "w"}, {"y"})},
                                          .initializers = {w},
                                          .inputs = {x},
                                          .outputs = {y}})});
}

std::string manyNumbersInAnAttribute() {
    const std::vector<int64_t> numbers(8'000'000, 1);
    const OnnxMessage axes = OnnxMessage().bytes(1, "axes").number(20, 7).packed(8, numbers);
    return onnxModel({.graph = onnxGraph({.nodes = {onnxNode("Unsqueeze", {"x"}, {"h"}, {axes}),
                                                    onnxNode("Relu", {"none"}, {"y"})},
                                          .inputs = {x},
                                          .outputs = {y}}),
                      .opset = 11});
}

/// Nodes on x, and a last one that takes what nothing gives.
std::string refusedAfter(std::vector<std::string> nodes,
                         const std::vector<std::string>& initializers = {}) {
    nodes.push_back(onnxNode("Relu", {"nobody"}, {"y"}));
    return onnxModel(
        {.graph = onnxGraph(
             {.nodes = nodes, .initializers = initializers, .inputs = {x}, .outputs = {y}})});
}

std::string integers(std::string_view name, const std::vector<int64_t>& values) {
    return onnxIntegers(name, {static_cast<int64_t>(values.size())}, values);
}

/// So many constants, and something that is computed of each.
std::string many(int count, const std::function<std::string(const std::string&)>& node,
                 const std::vector<std::string>& initializers) {
    std::vector<std::string> nodes;
    for (int i = 0; i < count; ++i) {
        nodes.push_back(node(fmt::format("c{}", i)));
        nodes.push_back(onnxNode("Neg", {fmt::format("c{}", i)}, {fmt::format("d{}", i)}));
    }
    return refusedAfter(nodes, initializers);
}

std::string manyFills() {
    return many(400, [](const std::string& to) { return onnxNode("ConstantOfShape", {"s"}, {to}); },
                {integers("s", {1 << 18})});
}

std::string manyExpansions() {
    return many(400,
                [](const std::string& to) {
                    return onnxNode("Expand", {"one", "s"}, {to});
                },
                {integers("s", {1 << 18}), integers("one", {1})});
}

std::string manyTiles() {
    return many(400,
                [](const std::string& to) {
                    return onnxNode("Tile", {"few", "s"}, {to});
                },
                {integers("s", {1 << 17}), integers("few", {1, 2})});
}

std::string manyRanges() {
    return many(400,
                [](const std::string& to) {
                    return onnxNode("Range", {"zero", "end", "one"}, {to});
                },
                {onnxIntegers("zero", {}, {0}), onnxIntegers("end", {}, {1 << 18}),
                 onnxIntegers("one", {}, {1})});
}

std::string manySmallConstants() {
    return many(20'000,
                [](const std::string& to) { return onnxNode("ConstantOfShape", {"s"}, {to}); },
                {integers("s", {4096})});
}

/// The same name as every input of one node, and as every output of the graph.
std::string manyInputs() {
    return refusedAfter({onnxNode("Concat", std::vector<std::string>(1'000'000, "x"), {"h"},
                                  {onnxAttribute("axis", int64_t{0})})});
}
std::string manyOutputs() {
    return onnxModel({.graph = onnxGraph({.nodes = {onnxNode("Relu", {"x"}, {"y"})},
                                          .inputs = {x},
                                          .outputs = std::vector<std::string>(500'000, y)})});
}

/// Small integers, a byte each in the file.
std::string manyTypedNumbers() {
    constexpr int64_t count = 10'000'000;
    const std::vector<int64_t> numbers(count, 1);
    return refusedAfter({onnxNode("Neg", {"w"}, {"h"})},
                        {onnxTyped("w", OnnxInt64, {count}, OnnxField::Int64s, numbers)});
}

std::string longRanges() {
    return refusedAfter(
        {onnxNode("Range", {"zero", "end", "one"}, {"h"}), onnxNode("EyeLike", {"wide"}, {"i"})},
        {onnxIntegers("zero", {}, {0}), onnxIntegers("end", {}, {1 << 26}),
         onnxIntegers("one", {}, {1}),
         onnxFloats("wide", {2000, 2000}, std::vector<float>(4'000'000, 1))});
}

/// A body that gives `w` of what it carries, and the turn's number again.
std::string loopOf(const std::vector<std::string>& body, int64_t turns, bool scans) {
    std::vector<std::string> nodes = body;
    nodes.push_back(onnxNode("Identity", {"go"}, {"on"}));
    std::vector<std::string> outputs{onnxValue("on", OnnxBool), onnxValue("w", OnnxFloat)};
    if (scans) outputs.push_back(onnxValue("row", OnnxFloat));
    const std::string graph =
        onnxGraph({.nodes = nodes,
                   .inputs = {onnxValue("i", OnnxInt64, {}), onnxValue("go", OnnxBool, {}),
                              onnxValue("v", OnnxFloat)},
                   .outputs = outputs});
    std::vector<std::string> given{"l"};
    if (scans) given.push_back("rows");
    return refusedAfter(
        {onnxNode("Loop", {"n", "", "start"}, given, {onnxGraphAttribute("body", graph)})},
        {onnxIntegers("n", {}, {turns}), integers("s", {1 << 15}), onnxFloats("start", {1, 1}, {1}),
         onnxFloats("start1", {1}, {1})});
}

std::string growingLoop() {
    return loopOf({onnxNode("Concat", {"v", "v"}, {"w"}, {onnxAttribute("axis", int64_t{0})})}, 27,
                  false);
}

std::string scanningLoop() {
    return loopOf({onnxNode("ConstantOfShape", {"s"}, {"row"}), onnxNode("Neg", {"v"}, {"w"})},
                  5000, true);
}

std::string liveLoop() {
    return loopOf({onnxNode("Mul", {"v", "x"}, {"h"}), onnxNode("Relu", {"h"}, {"w"})}, 45'000,
                  false);
}

/// Bytes that are wider where they are computed with, at several places.
std::string narrowNumbers() {
    constexpr int64_t count = 20'000'000;
    const std::string w = onnxTensor("w", OnnxUint8, {count}).bytes(9, std::string(count, '\1'));
    return refusedAfter({onnxNode("Add", {"w", "x"}, {"a"}), onnxNode("Not", {"w"}, {"b"}),
                         onnxNode("Mul", {"w", "w"}, {"c"}), onnxNode("Sub", {"w", "w"}, {"d"})},
                        {w});
}

std::string narrowFloats() {
    constexpr int64_t count = 20'000'000;
    const std::string w =
        onnxTensor("w", OnnxFloat16, {count}).bytes(9, std::string(2 * count, '\0'));
    return refusedAfter({onnxNode("Mul", {"w", "w"}, {"c"}), onnxNode("Relu", {"w"}, {"d"}),
                         onnxNode("Cast", {"w"}, {"e"}, {onnxAttribute("to", int64_t{11})})},
                        {w});
}

/// As many nodes as are read, each as short as it can be.
std::string shortNodes() {
    std::string nodes;
    for (int i = 0; i < 199'000; ++i)
        nodes += OnnxMessage().bytes(1, onnxNode("Neg", {"x"}, {fmt::format("{:x}", i)}));
    return onnxModel({.graph = nodes + onnxGraph({.nodes = {onnxNode("Neg", {"nobody"}, {"y"})},
                                                  .inputs = {x},
                                                  .outputs = {y}})});
}

}  // namespace

class TestRefusedMemory : public QObject {
    Q_OBJECT

  private slots:
    void aRefusedModelTakesLittle_data() {
        QTest::addColumn<QByteArray>("model");
        const auto row = [](const char* name, const std::string& model) {
            QTest::newRow(name) << QByteArray::fromStdString(model);
        };
        row("a million nodes", millionNodes());
        row("four million empty nodes", manyEmptyParts(1));
        row("four million empty tensors", manyEmptyParts(5));
        row("four million empty inputs", manyEmptyParts(11));
        row("functions that double", doublingFunctions());
        row("100 MB of another size", largeTensorOfAnotherSize());
        row("8 million numbers", manyNumbersInAnAttribute());
        row("many fills", manyFills());
        row("many expansions", manyExpansions());
        row("many tiles", manyTiles());
        row("many ranges", manyRanges());
        row("many small constants", manySmallConstants());
        row("a million inputs of one node", manyInputs());
        row("half a million outputs of one name", manyOutputs());
        row("10 million typed integers", manyTypedNumbers());
        row("a range of 67 million numbers", longRanges());
        row("a loop that doubles", growingLoop());
        row("a loop that keeps its rows", scanningLoop());
        row("a loop of many nodes", liveLoop());
        row("20 million bytes, wider in use", narrowNumbers());
        row("20 million small floats", narrowFloats());
        row("short nodes", shortNodes());
    }
    void aRefusedModelTakesLittle() {
        QFETCH(QByteArray, model);
        const std::string bytes = model.toStdString();
        const Measured found = measure(bytes);
        QVERIFY(found.isRefused);
        QVERIFY(found.bytes > 0);
        const int64_t most = (int64_t{64} << 20) + 4 * static_cast<int64_t>(bytes.size());
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        QVERIFY2(found.bytes <= most,
                 qPrintable(QString("%1 of %2 bytes").arg(found.bytes).arg(most)));
#endif
    }
};

QTEST_GUILESS_MAIN(TestRefusedMemory)
#include "tst_refused_memory.moc"
