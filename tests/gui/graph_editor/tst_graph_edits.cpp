// SPDX-License-Identifier: Apache-2.0
// Names, copies, mending, inserting, layout, walking and search, all without a window.
#include <QMimeData>
#include <QtTest>

#include "core/graph/graph_text.h"
#include "gui/graph_editor/auto_layout.h"
#include "gui/graph_editor/chain_walk.h"
#include "gui/graph_editor/clipboard.h"
#include "gui/graph_editor/edge_route.h"
#include "gui/graph_editor/insert_on_edge.h"
#include "gui/graph_editor/mend.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/graph_editor/node_look.h"
#include "gui/graph_editor/node_naming.h"
#include "gui/graph_editor/operator_search.h"

namespace vitrine::gui {

namespace {

Graph graphOf(std::string_view text) {
    auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().message.c_str());
    return std::move(graph).value();
}

Graph after(Graph graph, const Transaction& transaction) {
    const auto done = perform(graph, transaction);
    if (!done) qFatal("%s", done.error().message.c_str());
    return graph;
}

bool hasEdge(const Graph& graph, const Edge& edge) {
    return std::ranges::count(graph.edges(), edge) == 1;
}

/// A trunk that splits into as many branches of different lengths and joins again.
Graph branchedGraph(int branches) {
    std::string text = "x[2,8,8] -> relu as trunk";
    for (int i = 0; i < branches; ++i) {
        text += "\ntrunk";
        for (int k = 0; k <= i; ++k) text += " -> tanh";
        text += " as b" + std::to_string(i);
    }
    text += "\ntrunk -> concat(";
    for (int i = 0; i < branches; ++i) text += (i ? " b" : "b") + std::to_string(i);
    return graphOf(text + ") -> flatten");
}

const auto chain =
    "x[1,28,28] -> conv2d(out_channels=6 kernel=5) as c -> relu as r -> "
    "max_pool2d as p -> flatten as f";

}  // namespace

class TestGraphEdits : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void namesAreFreshAndShort();
    void namesOfSharedParametersAreTaken();
    void summaryTellsTheFieldsThatMatter();
    void looksShowOneFreeOptionalPort();
    void looksSayFoundAndWanted();
    void pastesWithFreshIdsAndInnerEdges();
    void copiesHaveKeysOfTheirOwn();
    void copiesShareParametersAmongThemselves();
    void foreignTextIsRefused();
    void mendsAChain();
    void mendsPastSeveralNodes();
    void doesNotMendWhatDoesNotFit();
    void doesNotMendNodesOfTwoInputs();
    void insertsIntoAnEdge();
    void refusesInsertionThatBreaksShapes();
    void makesRoomBelow();
    void laysOutWithoutOverlaps();
    void layoutIsStable();
    void laysOutOnlyWhatIsAskedFor();
    void edgesGoRoundNodes();
    void walksAlongTheChain();
    void searchKnowsOtherNames_data();
    void searchKnowsOtherNames();
};

void TestGraphEdits::namesAreFreshAndShort() {
    FreshNames names(graphOf("x[1,9,9] -> conv2d as conv1 -> flatten"));
    QCOMPARE(names.forOperator("conv2d"), std::string("conv2"));
    QCOMPARE(names.forOperator("conv2d"), std::string("conv3"));
    QCOMPARE(names.forOperator("linear"), std::string("fc1"));
    QCOMPARE(names.forOperator("cross_entropy"), std::string("loss"));
    QCOMPARE(names.forOperator("cross_entropy"), std::string("loss2"));
    QCOMPARE(names.forCopyOf("conv1"), std::string("conv4"));
    QCOMPARE(names.forSameAs("stem"), std::string("stem"));
}

void TestGraphEdits::namesOfSharedParametersAreTaken() {
    Graph graph = graphOf("x[4] -> linear(out_features=4) as a");
    QVERIFY(graph.setFeed("a", "weight", "fc1.weight").ok());
    QCOMPARE(FreshNames(graph).forOperator("linear"), std::string("fc2"));
}

void TestGraphEdits::summaryTellsTheFieldsThatMatter() {
    const Graph graph = graphOf("x[1,28,28] -> conv2d(out_channels=16 kernel=5 stride=2) as c");
    QCOMPARE(summaryOf(*graph.find("c")), QStringLiteral("16 · 5×5 · stride 2×2"));
    QCOMPARE(summaryOf(*graph.find("x")), QStringLiteral("1 × 28 × 28"));
}

void TestGraphEdits::looksShowOneFreeOptionalPort() {
    const Graph graph = graphOf("x[2,4,4] -> relu as r\nx -> concat(r) as k");
    const ShapeReport report = shapesOf(graph);
    const NodeLooks looks(graph, report, {"k"});
    const NodeLook look = looks.of(*graph.find("k"));
    QCOMPARE(look.inputs.size(), size_t{3});
    QVERIFY(look.inputs[1].isConnected && !look.inputs[2].isConnected);
    const QString spoken = looks.spokenOf(*graph.find("k"));
    QVERIFY(spoken.startsWith("k, Concatenate, output N × 4 × 4 × 4"));
}

void TestGraphEdits::looksSayFoundAndWanted() {
    const Graph graph = graphOf("x[1,4,4] -> conv2d(kernel=5) as c");
    const ShapeReport report = shapesOf(graph);
    const NodeLook look = NodeLooks(graph, report, {"c"}).of(*graph.find("c"));
    QVERIFY(look.trouble.startsWith("conv2d 'c': "));
    QVERIFY2(look.foundWanted.contains("4x4") && !look.foundWanted.contains("'c'"),
             qPrintable(look.foundWanted));
}

void TestGraphEdits::pastesWithFreshIdsAndInnerEdges() {
    const Graph graph = graphOf(chain);
    const auto mime = toMime(partOf(graph, {"c", "r"}));
    const auto part = fromMime(*mime);
    QVERIFY(part.ok());
    const Paste paste = pasteOf(graph, *part, {30, 40});
    const Graph result = after(graph, paste.transaction);
    QCOMPARE(paste.nodes, QStringList({"c1", "r1"}));
    QVERIFY(hasEdge(result, {{"c1", "y"}, {"r1", "x"}}));
    QVERIFY(!result.edgeInto({"c1", "x"}));
    QCOMPARE(result.find("c1")->attrs.list("kernel"), graph.find("c")->attrs.list("kernel"));
    QCOMPARE(toPoint(result.find("c1")->position),
             toPoint(graph.find("c")->position) + QPointF(30, 40));
}

void TestGraphEdits::copiesHaveKeysOfTheirOwn() {
    Graph graph = graphOf(chain);
    QVERIFY(graph.rename("c", "stem").ok());
    for (const bool throughText : {false, true}) {
        const Graph part = throughText ? fromMime(*toMime(partOf(graph, {"stem"}))).value()
                                       : partOf(graph, {"stem"});
        const Graph result = after(graph, pasteOf(graph, part, {}).transaction);
        QCOMPARE(result.find("stem")->key, std::string("c"));
        QCOMPARE(result.find("stem1")->key, std::string("stem1"));
    }
}

void TestGraphEdits::copiesShareParametersAmongThemselves() {
    const Graph graph = graphOf(
        "x[4] -> linear(out_features=4) as a -> linear(weight=@a.weight "
        "out_features=4) as b");
    const Graph both = after(graph, pasteOf(graph, partOf(graph, {"a", "b"}), {}).transaction);
    QCOMPARE(both.find("b1")->parameterId("weight"), std::string("a1.weight"));
    const Graph one = after(graph, pasteOf(graph, partOf(graph, {"b"}), {}).transaction);
    QCOMPARE(one.find("b1")->parameterId("weight"), std::string("a.weight"));
}

void TestGraphEdits::foreignTextIsRefused() {
    QMimeData data;
    data.setText("{\"format\": \"something\"}");
    const auto part = fromMime(data);
    QVERIFY(!part.ok());
    QCOMPARE(part.error().code, std::string("P01"));
}

void TestGraphEdits::mendsAChain() {
    const Graph graph = graphOf(chain);
    const Graph result = after(graph, mendingRemovalOf(graph, {"r"}));
    QVERIFY(hasEdge(result, {{"c", "y"}, {"p", "x"}}));
}

void TestGraphEdits::mendsPastSeveralNodes() {
    const Graph graph = graphOf(chain);
    const Graph result = after(graph, mendingRemovalOf(graph, {"c", "r", "p"}));
    QCOMPARE(result.edges().size(), size_t{1});
    QVERIFY(hasEdge(result, {{"x", "x"}, {"f", "x"}}));
}

void TestGraphEdits::doesNotMendWhatDoesNotFit() {
    const Graph graph = graphOf("x[1,8,8] -> flatten as f -> linear(out_features=3) as l");
    const Graph result = after(graph, mendingRemovalOf(graph, {"f"}));
    QVERIFY(result.edges().empty());
}

void TestGraphEdits::doesNotMendNodesOfTwoInputs() {
    const Graph graph = graphOf("x[4] -> relu as a\nx -> add(a) as s -> relu as b");
    const Graph result = after(graph, mendingRemovalOf(graph, {"s"}));
    QVERIFY(!result.edgeInto({"b", "x"}));
}

void TestGraphEdits::insertsIntoAnEdge() {
    Graph graph = graphOf(chain);
    QVERIFY(graph.insertNode(*makeNode("n", "batch_norm2d"), 0).ok());
    const auto insertion = insertionOf(graph, "n", {{"c", "y"}, {"r", "x"}});
    QVERIFY(insertion.ok());
    const Graph result = after(graph, *insertion);
    QVERIFY(hasEdge(result, {{"c", "y"}, {"n", "x"}}));
    QVERIFY(hasEdge(result, {{"n", "y"}, {"r", "x"}}));
    QVERIFY(shapesOf(result).ok());
}

void TestGraphEdits::refusesInsertionThatBreaksShapes() {
    Graph graph = graphOf(chain);
    QVERIFY(graph.insertNode(*makeNode("n", "flatten"), 0).ok());
    QVERIFY(graph.insertNode(*makeNode("t", "target"), 0).ok());
    const Edge edge{{"c", "y"}, {"p", "x"}};
    graph = after(graph, connection(graph, edge));
    QCOMPARE(insertionOf(graph, "n", edge).error().code, std::string("shape"));
    QVERIFY(!insertionOf(graph, "t", edge).ok());
    QVERIFY(!insertionOf(graph, "c", edge).ok());
}

void TestGraphEdits::makesRoomBelow() {
    Graph graph = graphOf("x[4] -> relu as a -> relu as b");
    graph = after(graph, {edit::Move{"a", {0, 110}}, edit::Move{"b", {0, 220}}});
    const Edge down{{"x", "x"}, {"a", "x"}};
    const Graph result = after(graph, roomInto(graph, down, {0, 60}));
    QCOMPARE(result.find("x")->position.y, 0.0);
    QCOMPARE(result.find("a")->position.y, 60 + rowPitch);
    QCOMPARE(result.find("b")->position.y, 220.0);
    QVERIFY(roomInto(graph, down, {0, 10}).empty());  // there is room
    graph = after(graph, {edit::Move{"a", {300, -200}}});
    QVERIFY(roomInto(graph, down, {0, 90}).empty());  // another column
}

void TestGraphEdits::laysOutWithoutOverlaps() {
    for (int branches = 1; branches <= 5; ++branches) {
        const Graph graph = branchedGraph(branches);
        const auto moves = autoLayout(graph);
        QVERIFY2(moves.ok(), moves.ok() ? "" : moves.error().message.c_str());
        const Graph result = after(graph, *moves);
        for (const Node& a : result.nodes())
            for (const Node& b : result.nodes())
                QVERIFY2(a.id == b.id || !nodeRect(a).intersects(nodeRect(b)),
                         qPrintable(QStringLiteral("%1 branches").arg(branches)));
        for (const Edge& edge : result.edges())
            QVERIFY(result.find(edge.from.node)->position.y <
                    result.find(edge.to.node)->position.y);
    }
}

void TestGraphEdits::layoutIsStable() {
    const Graph graph = graphOf("x[4] -> relu as a\nx -> relu as b\na -> add(b) as s");
    const Graph once = after(graph, *autoLayout(graph));
    QVERIFY(autoLayout(once)->empty());
}

void TestGraphEdits::laysOutOnlyWhatIsAskedFor() {
    const Graph graph = graphOf(chain);
    const auto moves = autoLayout(graph, {"c", "r"});
    QVERIFY(moves.ok() && !moves->empty());
    for (const Edit& move : *moves) {
        const std::string& node = std::get<edit::Move>(move).node;
        QVERIFY(node == "c" || node == "r");
    }
}

void TestGraphEdits::edgesGoRoundNodes() {
    const std::vector<QRectF> nodes = {{0, 100, 160, 56}};
    const EdgeRoute free = routeBetween({400, 0}, {400, 300}, nodes);
    QVERIFY(!free.bends);
    const EdgeRoute bent = routeBetween({100, 0}, {100, 300}, nodes);
    QVERIFY(bent.bends && bent.bow > 160);
    for (const QPointF& point : lineOf(bent)) QVERIFY(!nodes[0].contains(point));
}

void TestGraphEdits::walksAlongTheChain() {
    Graph graph = graphOf("x[4] -> relu as a -> relu as b");
    QCOMPARE(walk(graph, {}, Step::Forth), std::string("x"));
    QCOMPARE(walk(graph, "x", Step::Forth), std::string("a"));
    QCOMPARE(walk(graph, "b", Step::Forth), std::string("b"));
    QCOMPARE(walk(graph, "b", Step::Back), std::string("a"));
    graph = after(graph, {edit::Move{"b", {240, 0}}});
    QCOMPARE(walk(graph, "a", Step::Right), std::string("b"));
    QCOMPARE(walk(graph, "b", Step::Right), std::string("b"));
}

void TestGraphEdits::searchKnowsOtherNames_data() {
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("op");
    for (const auto& [query, op] :
         std::initializer_list<std::pair<const char*, const char*>>{{"conv", "conv2d"},
                                                                    {"fc", "linear"},
                                                                    {"dense", "linear"},
                                                                    {"bn", "batch_norm2d"},
                                                                    {"mxpl", "max_pool2d"},
                                                                    {"ReLU", "relu"},
                                                                    {"cross", "cross_entropy"},
                                                                    {"gap", "global_avg_pool2d"},
                                                                    {"residual", "add"},
                                                                    {"labels", "target"},
                                                                    {"norm", "batch_norm2d"},
                                                                    {"leaky relu", "leaky_relu"}})
        QTest::newRow(query) << query << op;
}

void TestGraphEdits::searchKnowsOtherNames() {
    QFETCH(QString, query);
    QFETCH(QString, op);
    const auto found = searchOperators(query, paletteOperators());
    QVERIFY(!found.empty());
    const std::string_view id = found.front()->id;
    QCOMPARE(QString::fromUtf8(id.data(), qsizetype(id.size())), op);
}

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestGraphEdits)
#include "tst_graph_edits.moc"
