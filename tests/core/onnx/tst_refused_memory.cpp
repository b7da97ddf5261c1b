// SPDX-License-Identifier: Apache-2.0
// What a refused model takes: at most 64 MB and four times its file, measured in a process of its
// own. Truth: the promise of R28; the kernel's own count of resident pages.
#include <sys/wait.h>
#include <unistd.h>
#include <QtTest/QtTest>

#include <fstream>

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
