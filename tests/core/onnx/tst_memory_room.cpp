// SPDX-License-Identifier: Apache-2.0
// What a model that opens may take: more than one that is refused. Truth: sizes of models of every
// day, and arithmetic.
#include "core/onnx/memory_room.h"

#include <QtTest/QtTest>

#include "core/onnx/network.h"
#include "tests/support/onnx_maker.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

const std::string y = onnxValue("y", OnnxFloat);

std::string scalar(std::string_view name, int64_t number) {
    return onnxIntegers(name, {}, {number});
}

/// A chain as long as an unrolled recurrent network.
std::string chain(int nodes) {
    std::vector<std::string> list;
    for (int i = 0; i < nodes; ++i)
        list.push_back(
            onnxNode("Neg", {i == 0 ? "x" : fmt::format("h{}", i - 1)}, {fmt::format("h{}", i)}));
    list.push_back(onnxNode("Relu", {fmt::format("h{}", nodes - 1)}, {"y"}));
    return onnxModel({.graph = onnxGraph({.nodes = list,
                                          .inputs = {onnxValue("x", OnnxFloat, {int64_t{8}})},
                                          .outputs = {y}})});
}

/// Turns of 30 nodes each, all of which stay.
std::string loop(int64_t turns) {
    std::vector<std::string> nodes;
    for (int i = 0; i < 30; ++i)
        nodes.push_back(onnxNode("Add", {i == 0 ? "v" : fmt::format("h{}", i - 1), "x"},
                                 {i == 29 ? "w" : fmt::format("h{}", i)}));
    nodes.push_back(onnxNode("Identity", {"go"}, {"on"}));
    const std::string body =
        onnxGraph({.nodes = nodes,
                   .inputs = {onnxValue("i", OnnxInt64, {}), onnxValue("go", OnnxBool, {}),
                              onnxValue("v", OnnxFloat)},
                   .outputs = {onnxValue("on", OnnxBool), onnxValue("w", OnnxFloat)}});
    return onnxModel({.graph = onnxGraph({.nodes = {onnxNode("Loop", {"n", "", "x"}, {"y"},
                                                             {onnxGraphAttribute("body", body)})},
                                          .initializers = {scalar("n", turns)},
                                          .inputs = {onnxValue("x", OnnxFloat, {int64_t{8}})},
                                          .outputs = {y}})});
}

/// Places that are added to a signal.
std::string places(int64_t count) {
    return onnxModel(
        {.graph = onnxGraph(
             {.nodes = {onnxNode("Range", {"zero", "end", "one"}, {"p"}),
                        onnxNode("Cast", {"p"}, {"f"}, {onnxAttribute("to", int64_t{OnnxFloat})}),
                        onnxNode("Add", {"x", "f"}, {"y"})},
              .initializers = {scalar("zero", 0), scalar("end", count), scalar("one", 1)},
              .inputs = {onnxValue("x", OnnxFloat, {count})},
              .outputs = {y}})});
}

std::string causalAttention(int64_t length) {
    const std::vector<OnnxDim> shape{int64_t{1}, int64_t{1}, length, int64_t{8}};
    return onnxModel(
        {.graph = onnxGraph({.nodes = {onnxNode("Attention", {"x", "x", "x"}, {"y"},
                                                {onnxAttribute("is_causal", int64_t{1})})},
                             .inputs = {onnxValue("x", OnnxFloat, shape)},
                             .outputs = {y}}),
         .opset = 23});
}

/// 1080 lines of 1920 pixels, twice as many of each.
std::string largerPicture() {
    return onnxModel(
        {.graph = onnxGraph(
             {.nodes = {onnxNode("Resize", {"x", "", "s"}, {"y"},
                                 {onnxAttribute("mode", std::string_view("linear"))})},
              .initializers = {onnxFloats("s", {4}, {1, 1, 2, 2})},
              .inputs = {onnxValue("x", OnnxFloat,
                                   {int64_t{1}, int64_t{3}, int64_t{1080}, int64_t{1920}})},
              .outputs = {y}}),
         .opset = 13});
}

/// Many constants that are computed with each other before they meet what comes in.
std::string manyConstants() {
    std::vector<std::string> nodes;
    for (int i = 0; i < 60; ++i) {
        nodes.push_back(onnxNode("Expand", {fmt::format("c{}", i), "s"}, {fmt::format("e{}", i)}));
        nodes.push_back(onnxNode("Add",
                                 {i == 0 ? "x" : fmt::format("h{}", i - 1), fmt::format("e{}", i)},
                                 {i == 59 ? "y" : fmt::format("h{}", i)}));
    }
    std::vector<std::string> initializers{onnxIntegers("s", {2}, {500, 500})};
    for (int i = 0; i < 60; ++i)
        initializers.push_back(onnxFloats(fmt::format("c{}", i), {1, 1}, {static_cast<float>(i)}));
    return onnxModel(
        {.graph = onnxGraph({.nodes = nodes,
                             .initializers = initializers,
                             .inputs = {onnxValue("x", OnnxFloat, {int64_t{500}, int64_t{500}})},
                             .outputs = {y}})});
}

}  // namespace

class TestMemoryRoom : public QObject {
    Q_OBJECT

  private slots:
    void aSmallRoomThrowsWhereOthersSayNo() {
        using Kind = onnx::MemoryRoom::Kind;
        onnx::MemoryRoom small(Kind::Small), trial(Kind::Trial), large(Kind::Large);
        constexpr int64_t much = int64_t{100} << 20;
        QVERIFY(small.fits(1000) && trial.fits(1000) && large.fits(1000));
        QVERIFY_EXCEPTION_THROWN(small.fits(much), onnx::OutOfRoom);
        QVERIFY(!trial.fits(much));
        QVERIFY(large.fits(much));
        small.addFile(much);
        QVERIFY(small.fits(much));
    }

    void whatIsGivenBackIsThereAgain() {
        onnx::MemoryRoom room(onnx::MemoryRoom::Kind::Trial);
        size_t taken = 0;
        while (room.takeValue()) ++taken;
        QVERIFY(taken > 10'000);
        QVERIFY(!room.takeValue());
        room.giveBackValues(taken);
        QVERIFY(room.takeValue());
    }

    void modelsThatNeedMoreOpen_data() {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<int>("leastNodes");
        const auto row = [](const char* name, const std::string& model, int nodes) {
            QTest::newRow(name) << QByteArray::fromStdString(model) << nodes;
        };
        row("a chain of 20,000 nodes", chain(20'000), 20'000);
        row("1,000 turns of 30 nodes", loop(1000), 30'000);
        row("16 million places", places(1 << 24), 2);
        row("300,000 places", places(300'000), 2);
        row("each of 2,000 looks back", causalAttention(2000), 3);
        row("1080 lines become 2160", largerPicture(), 1);
        row("60 MB of constants", manyConstants(), 60);
    }
    void modelsThatNeedMoreOpen() {
        QFETCH(QByteArray, model);
        QFETCH(int, leastNodes);
        const std::string bytes = model.toStdString();
        const auto read = onnx::modelFromBytes(std::as_bytes(std::span(bytes)), "net.onnx");
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
        onnx::Choices choices;
        choices.followsBatch = false;
        const auto network = onnx::networkOf(*read, choices);
        QVERIFY2(network.ok(), network.ok() ? "" : network.error().message.c_str());
        QVERIFY2(network->refused.empty(),
                 network->refused.empty() ? "" : network->refused[0].message.c_str());
        QVERIFY(std::ssize(network->graph.nodes()) >= leastNodes);
    }
};

QTEST_GUILESS_MAIN(TestMemoryRoom)
#include "tst_memory_room.moc"
