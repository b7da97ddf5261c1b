// SPDX-License-Identifier: Apache-2.0
// Networks whose height and width stay open: imported for one size, the input's shape is changed as
// Properties does, and they give what the model gives then. Truth: ONNX Runtime for models of both
// of PyTorch's exporters, tests/golden/open_sizes.safetensors; small sums by hand.
#include <QtTest/QtTest>
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/graph/edit.h"
#include "core/graph/input_extents.h"
#include "core/graph/special_nodes.h"
#include "core/io/safetensors.h"
#include "core/tensor/element.h"
#include "tests/support/onnx_maker.h"
#include "tests/support/onnx_network.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

std::string folder() { return std::string(VITRINE_SOURCE_DIR) + "/tests/golden/"; }

Numbers numbersOf(const TensorView& tensor) {
    return TensorData::of(tensor.dtype, tensor.shape, {tensor.bytes.begin(), tensor.bytes.end()});
}

std::vector<double> listOf(const TensorView& tensor) {
    std::vector<double> numbers;
    for (int64_t i = 0; i < tensor.shape.elements(); ++i)
        numbers.push_back(readElement(tensor.bytes.data(), tensor.dtype, i));
    return numbers;
}

Numbers counted(const Shape& shape) {
    std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(DType::F32, shape.elements())));
    for (int64_t i = 0; i < shape.elements(); ++i)
        writeElement(bytes.data(), DType::F32, i, static_cast<double>(i));
    return TensorData::of(DType::F32, shape, std::move(bytes));
}

/// The largest difference, as a share of the largest number; NaN where one is none.
double distance(const std::vector<double>& ours, const std::vector<double>& wanted) {
    if (ours.size() != wanted.size()) return std::numeric_limits<double>::infinity();
    double largest = 0, apart = 0;
    for (size_t i = 0; i < ours.size(); ++i) {
        largest = std::max(largest, std::abs(wanted[i]));
        if (!(std::abs(ours[i] - wanted[i]) <= apart)) apart = std::abs(ours[i] - wanted[i]);
    }
    return apart / largest;
}

/// What Properties does with the shape of an input.
Result<Transaction> resize(onnx::Network& network, const std::vector<int64_t>& shape) {
    const Transaction edits{edit::SetField{network.inputs.front().node, "shape", shape}};
    return perform(network.graph, edits);
}

/// A model of one input x [N, 1, height, width], and what it is for a height and a width.
struct Opened {
    std::string bytes;
    std::optional<onnx::Model> model;
    std::optional<onnx::Network> network;

    Opened(const std::vector<std::string>& nodes, const std::vector<std::string>& initializers,
           int64_t height = 6, int64_t width = 8) {
        bytes = onnxModel(
            {.graph = onnxGraph({.nodes = nodes,
                                 .initializers = initializers,
                                 .inputs = {onnxValue("x", OnnxFloat, {"n", int64_t{1}, "h", "w"})},
                                 .outputs = {onnxValue("y", OnnxFloat)}})});
        auto read = onnx::modelFromBytes(std::as_bytes(std::span(bytes)), "m.onnx");
        if (!read.ok()) return;
        model = std::move(*read);
        auto made = onnx::networkOf(*model, {.symbols = {{"h", height}, {"w", width}}});
        if (!made.ok()) return;
        network = std::move(*made);
        network->batch = 1;
    }
    std::string extents() const {
        return network->graph.find(network->inputs.front().node)->attrs.text("extents");
    }
    /// The same model read for a size from the start, which is what a size that is changed later
    /// must not differ from.
    Result<std::vector<double>> readFor(const Shape& shape) const {
        auto made = onnx::networkOf(*model, {.shapes = {{"x", shape}}, .followsBatch = false});
        if (!made.ok()) return made.error();
        auto given = runOnnx(*made, {{"x", counted(shape)}});
        if (!given.ok()) return given.error();
        return given->front();
    }
    Result<std::vector<double>> changedTo(const Shape& shape) {
        const auto done = resize(*network, {shape.dims().begin() + 1, shape.dims().end()});
        if (!done.ok()) return done.error();
        auto given = runOnnx(*network, {{"x", counted(shape)}});
        if (!given.ok()) return given.error();
        return given->front();
    }
};

std::vector<int64_t> counting(int64_t count) {
    std::vector<int64_t> numbers;
    for (int64_t k = 0; k < count; ++k) numbers.push_back(k * k);
    return numbers;
}

/// Numbers that rows below name.
const std::vector<std::string> words = {onnxIntegers("zero", {}, {0}),
                                        onnxIntegers("one", {1}, {1}),
                                        onnxIntegers("two", {1}, {2}),
                                        onnxIntegers("three", {1}, {3}),
                                        onnxIntegers("minus", {1}, {-1}),
                                        onnxIntegers("all", {1}, {1 << 30}),
                                        onnxIntegers("step", {}, {1}),
                                        onnxIntegers("column", {2}, {-1, 1}),
                                        onnxIntegers("front", {6}, {0, 0, 0, 0, 0, 0}),
                                        onnxIntegers("nothing", {1}, {0}),
                                        onnxIntegers("four", {1}, {4}),
                                        onnxIntegers("table", {1, 1, 1, 90}, counting(90)),
                                        onnxIntegers("least", {1}, {-(1 << 30)})};

using Nodes = std::vector<std::string>;

/// s = x's shape, h = [height].
Nodes withHeight(Nodes rest) {
    Nodes nodes{onnxNode("Shape", {"x"}, {"s"}), onnxNode("Slice", {"s", "two", "three"}, {"h"})};
    nodes.insert(nodes.end(), rest.begin(), rest.end());
    return nodes;
}

/// 0, 1, 2, … down the rows is added: numbers for one height alone.
Nodes rowNumbers() {
    return withHeight(
        {onnxNode("Squeeze", {"h"}, {"count"}),
         onnxNode("Range", {"zero", "count", "step"}, {"range"}),
         onnxNode("Cast", {"range"}, {"numbers"}, {onnxAttribute("to", int64_t{1})}),
         onnxNode("Reshape", {"numbers", "column"}, {"rows"}),
         onnxNode({.op = "Add", .inputs = {"x", "rows"}, .outputs = {"y"}, .name = "place"})});
}

}  // namespace

class TestOpenSizes : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        auto file = loadSafetensors(folder() + "open_sizes.safetensors");
        QVERIFY2(file.ok(), file ? "" : file.error().message.c_str());
        m_file = std::move(file).value();
        QCOMPARE(m_file.metadata.size(), size_t{16});
    }

    void anotherShapeOfTheInputGivesWhatTheModelGives_data() {
        QTest::addColumn<std::string>("name");
        for (const auto& [name, exporter] : m_file.metadata) QTest::newRow(name.c_str()) << name;
    }
    void anotherShapeOfTheInputGivesWhatTheModelGives() {
        QFETCH(std::string, name);
        const auto model = onnx::readModel(folder() + "open_sizes/" + name + ".onnx");
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
        auto network = onnx::networkOf(*model, {.symbols = {{"height", 16}, {"width", 24}}});
        QVERIFY2(network.ok(), network.ok() ? "" : network.error().message.c_str());
        QVERIFY(network->refused.empty());
        QVERIFY(network->batch > 0);
        network->batch = 1;
        for (int k : {0, 1, 2, 0}) {
            const TensorView& x = *m_file.find(fmt::format("x{}", k));
            const auto done = resize(*network, {x.shape.dims().begin() + 1, x.shape.dims().end()});
            QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
            const auto given = runOnnx(*network, {{"x", numbersOf(x)}});
            QVERIFY2(given.ok(), given.ok() ? "" : given.error().message.c_str());
            const double found =
                distance(given->front(), listOf(*m_file.find(fmt::format("{}.y{}", name, k))));
            QVERIFY2(found <= 2e-5, fmt::format("at size {}: {}", k, found).c_str());
        }
    }

    // The truth is the same model, read for that size from the start.
    void whatFollowsFromShapesFollowsLater_data() {
        QTest::addColumn<Nodes>("nodes");
        QTest::newRow("all but the first and last row")
            << Nodes{onnxNode("Slice", {"x", "one", "minus", "two"}, {"y"})};
        QTest::newRow("the last row")
            << Nodes{onnxNode("Slice", {"x", "minus", "all", "two"}, {"y"})};
        QTest::newRow("every second row")
            << Nodes{onnxNode("Slice", {"x", "one", "all", "two", "two"}, {"y"})};
        QTest::newRow("all rows in reverse order, then the height cut back to itself")
            << withHeight({onnxNode("Slice", {"x", "minus", "least", "two", "minus"}, {"r"}),
                           onnxNode("Slice", {"r", "nothing", "h", "two"}, {"y"})});
        // As language models number their words.
        QTest::newRow("numbers of a table, as many as there are columns")
            << withHeight({onnxNode("Slice", {"s", "three", "four"}, {"w"}),
                           onnxNode("Slice", {"table", "nothing", "w", "three"}, {"places"}),
                           onnxNode("Cast", {"places"}, {"p"}, {onnxAttribute("to", int64_t{1})}),
                           onnxNode("Mul", {"x", "p"}, {"y"})});
        QTest::newRow("rows into channels") << withHeight(
            {onnxNode("Concat", {"one", "h", "minus"}, {"to"}, {onnxAttribute("axis", int64_t{0})}),
             onnxNode("Reshape", {"x", "to"}, {"y"})});
    }
    void whatFollowsFromShapesFollowsLater() {
        QFETCH(Nodes, nodes);
        Opened opened(nodes, words);
        QVERIFY(opened.network);
        QCOMPARE(opened.extents(), std::string("1, h, w"));
        for (const Shape& shape : {Shape{1, 1, 9, 11}, Shape{1, 1, 4, 5}, Shape{1, 1, 6, 8}}) {
            const auto wanted = opened.readFor(shape), found = opened.changedTo(shape);
            QVERIFY2(found.ok(), found.ok() ? "" : found.error().message.c_str());
            QVERIFY(wanted.ok() && !wanted->empty());
            QCOMPARE(*found, *wanted);
        }
    }

    void anExtentThatANodeHoldsOnToIsToldAndRefused() {
        Opened opened(rowNumbers(), words);
        QVERIFY(opened.network && opened.network->refused.empty());
        const auto extents = extentsOf(*opened.network->graph.find("x"));
        QCOMPARE(extents.size(), size_t{3});
        QVERIFY(!extents[0].held && !extents[2].held);
        QCOMPARE(extents[1].held.value_or(0), int64_t{6});
        QCOMPARE(extents[1].heldBy, std::string("place.b"));
        const QString remarks =
            QString::fromStdString(fmt::format("{}", fmt::join(opened.network->remarks, "\n")));
        QVERIFY2(remarks.contains("another 'h' than 6 needs a new import"), qPrintable(remarks));
        QVERIFY2(remarks.contains("'w' can be changed later"), qPrintable(remarks));
        // The width is free, the height is not: numbers would be added to the wrong rows.
        QCOMPARE(*opened.changedTo(Shape{1, 1, 6, 13}), *opened.readFor(Shape{1, 1, 6, 13}));
        const auto refused = opened.changedTo(Shape{1, 1, 7, 13});
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().message,
                 std::string("input 'x': 'h' is 7, wanted 6: 'place.b' was made for that by the "
                             "import"));
        QVERIFY(opened.changedTo(Shape{1, 1, 6, 8}).ok());
    }

    // As many rows more as there are: no field says so.
    void aFieldThatHoldsAnExtentIsNamed() {
        const Opened opened(withHeight({onnxNode("Concat", {"front", "h", "nothing"}, {"pads"},
                                                 {onnxAttribute("axis", int64_t{0})}),
                                        onnxNode("Pad", {"x", "pads"}, {"y"})}),
                            words);
        QVERIFY(opened.network);
        QCOMPARE(opened.extents(), std::string("1, h = 6 for pad.pads, w"));
    }

    // A file for seven examples: the batch is none of its names, the sizes are.
    void sizesAreOpenWhereTheBatchIsNot() {
        const std::string bytes = onnxModel(
            {.graph = onnxGraph(
                 {.nodes = {onnxNode("Slice", {"x", "one", "minus", "two"}, {"y"})},
                  .initializers = words,
                  .inputs = {onnxValue("x", OnnxFloat, {int64_t{7}, int64_t{1}, "h", ""})},
                  .outputs = {onnxValue("y", OnnxFloat)}})});
        const auto model = onnx::modelFromBytes(std::as_bytes(std::span(bytes)), "m.onnx");
        QVERIFY(model.ok());
        auto network = onnx::networkOf(*model, {.symbols = {{"h", 6}, {"x[3]", 8}}});
        QVERIFY2(network.ok(), network.ok() ? "" : network.error().message.c_str());
        QCOMPARE(network->batch, int64_t{0});
        const Node& input = *network->graph.find("x");
        QCOMPARE(input.attrs.text("extents"), std::string("7, 1, h, x[3]"));
        QVERIFY(resize(*network, {7, 1, 9, 5}).ok());
        const auto given = runOnnx(*network, {{"x", counted(Shape{7, 1, 9, 5})}});
        QVERIFY(given.ok());
        QCOMPARE(given->front().size(), size_t{7 * 7 * 5});
        QCOMPARE(given->front().front(), 5.0);
    }

    void namesOfExtentsAreReadBack_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("kept");
        QTest::newRow("plain") << "height"
                               << "height";
        QTest::newRow("with a sum") << "s0 + 2*s1"
                                    << "s0 + 2*s1";
        QTest::newRow("with signs of the text itself") << "a,b = 3"
                                                       << "a;b - 3";
    }
    void namesOfExtentsAreReadBack() {
        QFETCH(QString, name);
        QFETCH(QString, kept);
        const std::vector<NamedExtent> written{
            {"3"}, {name.toStdString()}, {name.toStdString(), 224, "up_1.pads"}};
        Node input;
        input.attrs = Attrs(inputNode.fields);
        input.attrs.with("extents", extentsText(written));
        const std::vector<NamedExtent> read = extentsOf(input);
        QCOMPARE(read.size(), size_t{3});
        QCOMPARE(read[1].name, kept.toStdString());
        QVERIFY(!read[1].held);
        QCOMPARE(read[2].name, kept.toStdString());
        QCOMPARE(read[2].held.value_or(0), int64_t{224});
        QCOMPARE(read[2].heldBy, std::string("up_1.pads"));
    }

  private:
    SafetensorsFile m_file;
};

QTEST_GUILESS_MAIN(TestOpenSizes)
#include "tst_open_sizes.moc"
