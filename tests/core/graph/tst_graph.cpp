// SPDX-License-Identifier: Apache-2.0
// Graph and its edits: what is refused and with which words, that every edit can be taken back, and
// that the order stays right. Truth: the words stand here; orders are checked against the edges.
#include <set>

#include <fmt/format.h>

#include <QtTest/QtTest>

#include "core/base/rng.h"
#include "core/graph/edit.h"
#include "core/graph/graph.h"
#include "core/graph/graph_text.h"
#include "core/graph/wiring.h"

using namespace vitrine;

namespace {

Graph read(const char* text) {
    Result<Graph> graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

QString words(const Error& error) { return QString::fromStdString(error.text()); }

Node node(std::string id, const char* op = "relu") { return makeNode(std::move(id), op).value(); }

Edge edgeBetween(std::string from, std::string to) {
    return {{std::move(from), "y"}, {std::move(to), "x"}};
}

/// `before` → edit → inverse is `before` again, and the inverse's inverse is the edit once more.
void checkTakesBack(const Graph& before, const Transaction& transaction) {
    Graph graph = before;
    const Result<Transaction> inverse = perform(graph, transaction);
    QVERIFY2(inverse.ok(), inverse.ok() ? "" : inverse.error().message.c_str());
    const Graph after = graph;
    QVERIFY(!(after == before));
    const Result<Transaction> again = perform(graph, *inverse);
    QVERIFY(again.ok());
    QVERIFY(graph == before);
    QVERIFY(perform(graph, *again).ok());
    QVERIFY(graph == after);
}

}  // namespace

class TestGraph : public QObject {
    Q_OBJECT

  private slots:
    void refusesWhatBreaksTheGraph_data();
    void refusesWhatBreaksTheGraph();
    void everyEditCanBeTakenBack_data();
    void everyEditCanBeTakenBack();
    void aTransactionHappensWholeOrNotAtAll();
    void renamingTakesEdgesAndReferencesAlong();
    void connectingAnOccupiedPortReplacesItsEdge();
    void namesTheNodesOfACycle();
    void aLongCycleIsNamedInShort();
    void readingManyPartsFindsTheCycle();
    void tooManyNodesAreRefusedAtTheLimit();
    void theOrderStaysRightThroughRandomEdits();
    void runningOrderFollowsFromTheDocumentAlone();
};

void TestGraph::refusesWhatBreaksTheGraph_data() {
    QTest::addColumn<Edit>("edit");
    QTest::addColumn<QString>("expected");
    QTest::newRow("id taken") << Edit(edit::InsertNode{node("a")})
                              << "P10: relu 'a': this id is taken, every node needs its own";
    QTest::newRow("edge from nowhere")
        << Edit(edit::InsertEdge{edgeBetween("ghost", "c")})
        << "P10: edge from 'ghost.y' to 'c.x': there is no node 'ghost'";
    QTest::newRow("no such output") << Edit(edit::InsertEdge{{{"a", "z"}, {"c", "x"}}})
                                    << "P10: relu 'a': there is no output port 'z', only 'y'";
    QTest::newRow("no such input") << Edit(edit::InsertEdge{{{"a", "y"}, {"c", "xx"}}})
                                   << "P10: relu 'c': there is no input port 'xx', only 'x'";
    QTest::newRow("port taken") << Edit(edit::InsertEdge{edgeBetween("c", "b")})
                                << "P10: relu 'b': port 'x' is taken by an edge from a.y";
    QTest::newRow("labels into data") << Edit(edit::InsertEdge{{{"labels", "labels"}, {"c", "x"}}})
                                      << "P10: relu 'c': port 'x' takes floating-point numbers, "
                                         "but labels.labels gives class numbers";
    QTest::newRow("data into labels") << Edit(edit::InsertEdge{{{"a", "y"}, {"loss", "labels"}}})
                                      << "P10: cross_entropy 'loss': port 'labels' takes class "
                                         "numbers, but a.y gives floating-point numbers";
    QTest::newRow("edge into a parameter")
        << Edit(edit::InsertEdge{{{"a", "y"}, {"bn", "weight"}}})
        << "P10: batch_norm2d 'bn': port 'weight' takes a parameter, not an edge";
    QTest::newRow("to itself") << Edit(edit::InsertEdge{edgeBetween("c", "c")})
                               << "P10: relu 'c': an edge from here would close a cycle: 'c' → 'c'";
    QTest::newRow("node with edges")
        << Edit(edit::EraseNode{"a"}) << "P10: relu 'a': its edges must go before the node goes";
    QTest::newRow("erase nothing")
        << Edit(edit::EraseNode{"ghost"}) << "P10: there is no node 'ghost'";
    QTest::newRow("erase no edge") << Edit(edit::EraseEdge{edgeBetween("a", "c")})
                                   << "P10: there is no edge from 'a.y' to 'c.x'";
    QTest::newRow("field out of range")
        << Edit(edit::SetField{"bn", "momentum", 2.0})
        << "P11: batch_norm2d 'bn': field 'momentum' is '2', wanted a number from 0 to 1";
    QTest::newRow("no such field")
        << Edit(edit::SetField{"bn", "momentun", 0.5})
        << "P11: batch_norm2d 'bn': field 'momentun' is unknown, wanted one of momentum, eps, "
           "cumulative";
    QTest::newRow("too many extents")
        << Edit(edit::SetField{"x", "shape", std::vector<int64_t>(8, 1)})
        << "P11: input 'x': field 'shape' has 8 extents, wanted 1 to 7";
    QTest::newRow("bad id") << Edit(edit::Rename{"a", "a b"})
                            << "U10: a node's id is 'a b', wanted 1 to 100 letters, digits and "
                               "'_', not starting with a digit";
    QTest::newRow("rename onto another")
        << Edit(edit::Rename{"a", "b"}) << "P10: relu 'a': the id 'b' is taken by another node";
    QTest::newRow("rename onto a parameter")
        << Edit(edit::Rename{"a", "shared"})
        << "P10: relu 'a': the id 'shared' is taken: batch_norm2d 'bn' uses parameter "
           "'shared.gamma'";
    QTest::newRow("share a data port")
        << Edit(edit::SetFeed{"bn", "x", "p"})
        << "P10: batch_norm2d 'bn': port 'x' is connected, its edge must go first";
    QTest::newRow("off the canvas")
        << Edit(edit::Move{"a", {1e300, 0}})
        << "P11: relu 'a': position is 1e+300, 0, wanted numbers from -10000000 to 10000000";
}

void TestGraph::refusesWhatBreaksTheGraph() {
    QFETCH(Edit, edit);
    QFETCH(QString, expected);
    Graph graph = read(
        "x[4,4,4] -> batch_norm2d(weight=@shared.gamma) as bn -> relu as a -> relu as b\n"
        "relu as c\nlabels<10\ncross_entropy as loss");
    const Graph before = graph;
    const Result<Edit> result = perform(graph, edit);
    QVERIFY(!result.ok());
    QCOMPARE(words(result.error()), expected);
    QVERIFY(graph == before);
}

void TestGraph::everyEditCanBeTakenBack_data() {
    QTest::addColumn<Transaction>("transaction");
    const auto row = [](const char* name, Edit edit) {
        QTest::newRow(name) << Transaction{std::move(edit)};
    };
    row("insert a node in the middle", edit::InsertNode{node("n"), 1});
    row("insert a node at the end", edit::InsertNode{node("n")});
    row("erase a node", edit::EraseNode{"free"});
    row("insert an edge", edit::InsertEdge{edgeBetween("b", "free"), 0});
    row("erase an edge", edit::EraseEdge{edgeBetween("a", "b")});
    row("set a field", edit::SetField{"bn", "momentum", 0.5});
    row("share a parameter", edit::SetFeed{"bn", "weight", "other"});
    row("stop sharing", edit::SetFeed{"bn", "bias", ""});
    row("rename", edit::Rename{"a", "renamed"});
    row("rename what is referred to", edit::Rename{"bn", "norm"});
    row("title", edit::SetTitle{"a", "first"});
    row("move", edit::Move{"a", {3, -4.5}});
    const Graph graph = read(
        "x[4,4,4] -> batch_norm2d(bias=@bn.weight) as bn -> relu as a "
        "-> relu as b\nrelu as free");
    QTest::newRow("remove a node with its edges") << removal(graph, {"a"});
}

void TestGraph::everyEditCanBeTakenBack() {
    QFETCH(Transaction, transaction);
    checkTakesBack(read("x[4,4,4] -> batch_norm2d(bias=@bn.weight) as bn -> relu as a "
                        "-> relu as b\nrelu as free"),
                   transaction);
}

void TestGraph::aTransactionHappensWholeOrNotAtAll() {
    Graph graph = read("x[4] -> relu as a -> relu as b");
    const Graph before = graph;
    const Transaction transaction = {edit::InsertNode{node("n"), 0},
                                     edit::InsertEdge{edgeBetween("b", "n")},
                                     edit::InsertEdge{edgeBetween("n", "a")}};
    const Result<Transaction> result = perform(graph, transaction);
    QVERIFY(!result.ok());
    QVERIFY(graph == before);
}

void TestGraph::renamingTakesEdgesAndReferencesAlong() {
    Graph graph = read("x[4,4,4] -> batch_norm2d as a -> batch_norm2d(weight=@a.weight) as b");
    QVERIFY(graph.rename("a", "stem").ok());
    QVERIFY(graph.find("a") == nullptr);
    QCOMPARE(graph.indexOf("stem"), 1);
    QCOMPARE(graph.edgeInto({"b", "x"})->from.node, std::string("stem"));
    QCOMPARE(graph.find("b")->parameterId("weight"), std::string("stem.weight"));
    QCOMPARE(graph.find("stem")->parameterId("weight"), std::string("stem.weight"));
}

void TestGraph::connectingAnOccupiedPortReplacesItsEdge() {
    Graph graph = read("x[4] -> relu as a -> relu as b\nrelu as c");
    QVERIFY(perform(graph, connection(graph, edgeBetween("c", "b"))).ok());
    QCOMPARE(graph.edgeInto({"b", "x"})->from.node, std::string("c"));
    QCOMPARE(graph.edges().size(), size_t{2});
}

void TestGraph::namesTheNodesOfACycle() {
    Graph graph = read("x[4] -> add as a -> relu as b -> relu as c");
    const Result<void> result = graph.insertEdge({{"c", "y"}, {"a", "b"}}, 0);
    QVERIFY(!result.ok());
    QCOMPARE(words(result.error()), QString("P10: relu 'c': an edge from here would close a cycle: "
                                            "'c' → 'a' → 'b' → 'c'"));
    QCOMPARE(result.error().place.node, std::string("c"));
}

void TestGraph::aLongCycleIsNamedInShort() {
    Graph graph;
    for (int i = 0; i < 30; ++i)
        QVERIFY(graph.insertNode(node(fmt::format("n{}", i)), edit::atEnd).ok());
    for (int i = 0; i + 1 < 30; ++i)
        QVERIFY(graph.insertEdge(edgeBetween(fmt::format("n{}", i), fmt::format("n{}", i + 1)), 0)
                    .ok());
    const Result<void> result = graph.insertEdge(edgeBetween("n29", "n0"), 0);
    QVERIFY(!result.ok());
    QVERIFY2(words(result.error())
                 .endsWith("'n29' → 'n0' → 'n1' → 'n2' → 'n3' → 'n4' → 'n5' → "
                           "'n6' → 'n7' → 'n8' → 'n9' → … 19 more … → 'n29'"),
             result.error().message.c_str());
}

void TestGraph::readingManyPartsFindsTheCycle() {
    const Result<Graph> graph =
        Graph::fromParts({node("a"), node("b"), node("c"), node("d")},
                         {edgeBetween("a", "b"), edgeBetween("d", "c"), edgeBetween("c", "d")});
    QVERIFY(!graph.ok());
    const QString found = words(graph.error());
    QVERIFY2(found.contains("'c' → 'd' → 'c'") || found.contains("'d' → 'c' → 'd'"),
             qPrintable(found));
    QVERIFY(!found.contains("'a'") && !found.contains("'b'"));
}

void TestGraph::tooManyNodesAreRefusedAtTheLimit() {
    std::vector<Node> nodes(Graph::maxNodes + 1, node("n"));
    for (size_t i = 0; i < nodes.size(); ++i) nodes[i].id = fmt::format("n{}", i);
    const Result<Graph> refused = Graph::fromParts(nodes, {});
    QVERIFY(!refused.ok());
    QCOMPARE(words(refused.error()),
             QString("P10: the graph has 100001 nodes, wanted at most 100000"));
    nodes.pop_back();
    Result<Graph> graph = Graph::fromParts(std::move(nodes), {});
    QVERIFY(graph.ok());
    QVERIFY(!graph->insertNode(node("more"), edit::atEnd).ok());
}

/// Random edges both ways round: what is refused must have closed a cycle (a path back exists),
/// what is taken must keep the order right. The check of paths is a search of its own.
void TestGraph::theOrderStaysRightThroughRandomEdits() {
    constexpr int count = 40;
    Rng rng(7, RngStream::Test);
    Graph graph;
    for (int i = 0; i < count; ++i)
        QVERIFY(graph.insertNode(node(fmt::format("n{}", i), "add"), edit::atEnd).ok());
    int refused = 0;
    for (int round = 0; round < 3000; ++round) {
        const std::string from = fmt::format("n{}", rng.below(count)),
                          to = fmt::format("n{}", rng.below(count));
        const Edge edge{{from, "y"}, {to, rng.below(2) ? "a" : "b"}};
        if (const Edge* old = graph.edgeInto(edge.to); old) {
            QVERIFY(graph.eraseEdge(Edge(*old)).ok());
            continue;
        }
        std::set<std::string> reached = {to};
        for (bool grows = true; grows;) {
            grows = false;
            for (const Edge& e : graph.edges())
                if (reached.contains(e.from.node)) grows |= reached.insert(e.to.node).second;
        }
        const bool closes = reached.contains(from);
        QCOMPARE(graph.insertEdge(edge, edit::atEnd).ok(), !closes);
        refused += closes;
    }
    QVERIFY(refused > 100);
    const Wiring wiring = wiringOf(graph);
    QCOMPARE(wiring.order.size(), size_t{count});
    const auto at = [&](const std::string& id) {
        return std::find(wiring.order.begin(), wiring.order.end(), graph.indexOf(id));
    };
    for (const Edge& edge : graph.edges()) QVERIFY(at(edge.from.node) < at(edge.to.node));
}

void TestGraph::runningOrderFollowsFromTheDocumentAlone() {
    Graph graph;
    for (const char* id : {"c", "a", "b"}) QVERIFY(graph.insertNode(node(id), edit::atEnd).ok());
    QVERIFY(graph.insertEdge(edgeBetween("b", "c"), edit::atEnd).ok());
    QVERIFY(graph.insertEdge(edgeBetween("c", "a"), edit::atEnd).ok());
    QVERIFY(graph.eraseEdge(edgeBetween("b", "c")).ok());
    QCOMPARE(wiringOf(graph).order, (std::vector<int>{0, 1, 2}));  // c, a, b: as if never edited
}

QTEST_APPLESS_MAIN(TestGraph)
#include "tst_graph.moc"
