// SPDX-License-Identifier: Apache-2.0
// Placeholders: one descriptor for equal parts, an error for each of them and for nothing behind
// it, and graphs that train as if a stray one were not there. Truth: the parts that went in, and
// the graph without the placeholder.
#include "core/graph/placeholder.h"

#include <QtTest/QtTest>

#include <set>
#include <thread>

#include "core/graph/edit.h"
#include "core/graph/graph_text.h"
#include "core/graph/live_shapes.h"
#include "core/graph/lower.h"
#include "core/graph/trained_part.h"
#include "core/opdef/program_text.h"

using namespace vitrine;

namespace {

constexpr auto network =
    "x[1,8,8] -> conv2d(out_channels=2 kernel=3) as c -> relu as r -> flatten as f"
    " -> linear(out_features=10) as l -> cross_entropy(labels) as loss";

Graph graphOf(const char* text) {
    auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

PlaceholderParts warpParts() {
    return {.op = "warp",
            .inputs = {"x", "guide"},
            .outputs = {"y", "mask"},
            .parameters = {"weight"},
            .fields = {{"angle", FieldType::Real},
                       {"steps", FieldType::Int},
                       {"how", FieldType::Text, true}},
            .namesFields = true};
}

Node nodeOf(std::string id, PlaceholderParts parts = warpParts()) {
    const auto op = placeholderOp(std::move(parts));
    if (!op) qFatal("%s", op.error().text().c_str());
    Node node;
    node.id = std::move(id);
    node.op = *op;
    node.attrs = Attrs(node.op->fields);
    return node;
}

void mustPerform(Graph& graph, const Transaction& transaction) {
    if (const auto done = perform(graph, transaction); !done)
        qFatal("%s", done.error().text().c_str());
}

/// The network with a placeholder between relu and flatten.
Graph warped(const char* id = "w") {
    Graph graph = graphOf(network);
    mustPerform(graph, {edit::InsertNode{nodeOf(id)}, edit::EraseEdge{{{"r", "y"}, {"f", "x"}}},
                        edit::InsertEdge{{{"r", "y"}, {id, "x"}}},
                        edit::InsertEdge{{{id, "y"}, {"f", "x"}}}});
    return graph;
}

QString qt(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QStringList namesOf(std::span<const PortSpec> ports) {
    QStringList names;
    for (const PortSpec& port : ports) names << qt(port.id);
    return names;
}

}  // namespace

class TestPlaceholder : public QObject {
    Q_OBJECT

  private slots:
    void hasWhatItsPartsSay();
    void equalPartsAreOneDescriptorOnAnyThread();
    void otherPartsAreAnother_data();
    void otherPartsAreAnother();
    void refusesWhatNoFileShouldHave_data();
    void refusesWhatNoFileShouldHave();
    void isAnErrorAndNothingBehindIt();
    void twoInARowAreTwoErrors();
    void isNotLowered();
    void aStrayIsLeftOut();
    void takesAndGivesEveryType();
    void fieldsStay();
    void comesBackWhenItsRemovalIsUndone();
    void liveShapesFollow();
};

void TestPlaceholder::hasWhatItsPartsSay() {
    const Node node = nodeOf("w");
    QVERIFY(isPlaceholder(node));
    QVERIFY(partsOf(node) == warpParts());
    QCOMPARE(qt(node.op->id), "warp");
    QCOMPARE(namesOf(node.op->inputs), QStringList({"x", "guide", "weight"}));
    QCOMPARE(namesOf(node.op->outputs), QStringList({"y", "mask"}));
    QVERIFY(node.op->inputs[1].role == PortRole::Value);
    QVERIFY(node.op->inputs[2].role == PortRole::Parameter);
    QCOMPARE(node.op->fields.size(), 3U);
    QCOMPARE(qt(node.op->fields[0].id), "angle");
    QVERIFY(node.op->fields[0].type == FieldType::Real);
    QVERIFY(node.op->fields[1].type == FieldType::Int);
    QVERIFY(node.op->fields[2].type == FieldType::Text);
}

void TestPlaceholder::equalPartsAreOneDescriptorOnAnyThread() {
    std::vector<std::vector<const PlaceholderOp*>> found(8);
    std::vector<std::thread> threads;
    for (auto& mine : found)
        threads.emplace_back([&mine] {
            for (int i = 0; i < 200; ++i) {
                PlaceholderParts parts = warpParts();
                parts.op = "twist" + std::to_string(i);
                mine.push_back(*placeholderOp(std::move(parts)));
            }
        });
    for (std::thread& thread : threads) thread.join();
    for (const auto& mine : found) QVERIFY(mine == found[0]);
    QCOMPARE(std::set(found[0].begin(), found[0].end()).size(), 200U);
}

void TestPlaceholder::otherPartsAreAnother_data() {
    QTest::addColumn<QString>("part");
    for (const char* part : {"op", "inputs", "order of inputs", "outputs", "parameters", "fields",
                             "type of a field", "text or JSON", "list of fields"})
        QTest::newRow(part) << QString(part);
}

void TestPlaceholder::otherPartsAreAnother() {
    QFETCH(QString, part);
    PlaceholderParts parts = warpParts();
    if (part == "op") parts.op = "warp2";
    if (part == "inputs") parts.inputs.emplace_back("z");
    if (part == "order of inputs") std::swap(parts.inputs[0], parts.inputs[1]);
    if (part == "outputs") parts.outputs.pop_back();
    if (part == "parameters") parts.parameters.clear();
    if (part == "fields") parts.fields.pop_back();
    if (part == "type of a field") parts.fields[0].type = FieldType::Int;
    if (part == "text or JSON") parts.fields[2].isJson = false;
    if (part == "list of fields") parts.namesFields = false;
    QVERIFY(nodeOf("w", parts) != nodeOf("w"));
}

void TestPlaceholder::refusesWhatNoFileShouldHave_data() {
    QTest::addColumn<QString>("says");
    QTest::newRow("a blank") << "an operator is called 'wa rp', wanted 1 to 100 letters";
    QTest::newRow("no name") << "a port is called '', wanted 1 to 100 letters";
    QTest::newRow("a long name") << "a field is called 'aaaa";
    QTest::newRow("inputs") << "it has 257 input ports, wanted at most 256";
    QTest::newRow("outputs") << "it has 257 output ports, wanted at most 256";
    QTest::newRow("fields") << "it has 257 fields, wanted at most 256";
}

void TestPlaceholder::refusesWhatNoFileShouldHave() {
    QFETCH(QString, says);
    const std::string much = QTest::currentDataTag();
    PlaceholderParts parts = warpParts();
    const std::vector<std::string> many(257, "p");
    if (much == "a blank") parts.op = "wa rp";
    if (much == "no name") parts.outputs.emplace_back();
    if (much == "a long name") parts.fields[0].id = std::string(101, 'a');
    if (much == "inputs") parts.inputs = many;
    if (much == "outputs") parts.outputs = many;
    if (much == "fields") parts.fields.resize(257, {"f", FieldType::Int});
    const auto op = placeholderOp(std::move(parts));
    QVERIFY(!op.ok());
    QCOMPARE(qt(op.error().code), "P10");
    QVERIFY2(qt(op.error().message).startsWith(says), op.error().message.c_str());
}

void TestPlaceholder::isAnErrorAndNothingBehindIt() {
    const Graph graph = warped();
    const ShapeReport report = shapesOf(graph);
    QCOMPARE(report.errors.size(), 1U);
    const Error& error = report.errors.front();
    QCOMPARE(qt(error.code), "P10");
    QCOMPARE(qt(error.place.node), "w");
    QCOMPARE(qt(error.message), "warp 'w': this program does not know the operator 'warp'");
    QVERIFY(!error.next.empty());
    for (const char* known : {"x", "c", "r"})
        QVERIFY(report.nodes[static_cast<size_t>(graph.indexOf(known))].isKnown);
    for (const char* unknown : {"w", "f", "l", "loss"})
        QVERIFY(!report.nodes[static_cast<size_t>(graph.indexOf(unknown))].isKnown);
}

void TestPlaceholder::twoInARowAreTwoErrors() {
    Graph graph = warped();
    mustPerform(graph, {edit::InsertNode{nodeOf("v")}, edit::InsertEdge{{{"w", "y"}, {"v", "x"}}}});
    const ShapeReport report = shapesOf(graph);
    QCOMPARE(report.errors.size(), 2U);
    QVERIFY(report.errorOf("w") && report.errorOf("v"));
}

void TestPlaceholder::isNotLowered() {
    for (const bool training : {true, false}) {
        const auto program = lower(warped(), {.batch = 2, .training = training});
        QVERIFY(!program.ok());
        QCOMPARE(qt(program.error().code), "P10");
        QCOMPARE(qt(program.error().place.node), "w");
    }
}

void TestPlaceholder::aStrayIsLeftOut() {
    const Graph graph = graphOf(network);
    Graph littered = graph;
    mustPerform(littered,
                {edit::InsertNode{nodeOf("w"), 0}, edit::InsertEdge{{{"r", "y"}, {"w", "x"}}, 0}});
    const TrainedPart part(littered);
    QVERIFY(part.shapes().ok());
    QVERIFY(part.graph() == graph);
    QCOMPARE(part.warnings().size(), 1U);
    QCOMPARE(qt(part.warnings()[0].code), "U16");
    QVERIFY(qt(part.warnings()[0].message).contains("does not know the operator 'warp'"));
    const auto program = lower(littered, {.batch = 2}), own = lower(graph, {.batch = 2});
    QVERIFY(program.ok() && own.ok());
    QCOMPARE(qt(programText(*program)), qt(programText(*own)));
}

void TestPlaceholder::takesAndGivesEveryType() {
    Graph graph = warped();
    mustPerform(graph, {edit::InsertEdge{{{"labels", "labels"}, {"w", "guide"}}},
                        edit::EraseEdge{{{"labels", "labels"}, {"loss", "labels"}}},
                        edit::InsertEdge{{{"w", "mask"}, {"loss", "labels"}}}});
    QCOMPARE(graph.edgesOf("w").size(), 4U);
}

void TestPlaceholder::fieldsStay() {
    Graph graph = warped();
    const Graph before = graph;
    const auto set = graph.setField("w", "angle", 0.5);
    QVERIFY(!set.ok());
    QCOMPARE(qt(set.error().code), "P10");
    QCOMPARE(qt(set.error().place.field), "angle");
    QVERIFY(graph == before);
}

void TestPlaceholder::comesBackWhenItsRemovalIsUndone() {
    Graph graph = warped();
    const Graph before = graph;
    const auto inverse = perform(graph, removal(graph, {"w"}));
    QVERIFY(inverse.ok() && !graph.find("w"));
    mustPerform(graph, *inverse);
    QVERIFY(graph == before);
}

/// A report that follows says what one of its own says.
void TestPlaceholder::liveShapesFollow() {
    Graph graph = warped();
    LiveShapes live;
    live.reset(graph);
    const Edge in{{"r", "y"}, {"w", "x"}}, out{{"w", "y"}, {"f", "x"}},
        past{{"r", "y"}, {"f", "x"}};
    for (const Transaction& step :
         {Transaction{edit::EraseEdge{in}}, Transaction{edit::EraseEdge{out}},
          Transaction{edit::InsertEdge{past}}, Transaction{edit::InsertEdge{in}},
          Transaction{edit::EraseEdge{past}, edit::InsertEdge{out}}, removal(graph, {"w"})}) {
        const auto done = perform(graph, step);
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        live.follow(graph, touchedBy(graph, step));
        const ShapeReport fresh = shapesOf(graph);
        QCOMPARE(live.report().errors.size(), fresh.errors.size());
        for (size_t i = 0; i < fresh.nodes.size(); ++i) {
            QCOMPARE(live.report().nodes[i].isKnown, fresh.nodes[i].isKnown);
            QVERIFY(live.report().nodes[i].outputs == fresh.nodes[i].outputs);
        }
        for (const Error& error : fresh.errors)
            QCOMPARE(qt(live.report().errorOf(error.place.node)->message), qt(error.message));
    }
}

QTEST_APPLESS_MAIN(TestPlaceholder)
#include "tst_placeholder.moc"
