// SPDX-License-Identifier: Apache-2.0
// Where nodes come to stand: chains that grow downwards, nothing on top of anything, layouts that
// wrap into columns.
#include <QGuiApplication>
#include <QtTest>

#include <random>

#include "core/graph/graph_text.h"
#include "gui/bridge/selection.h"
#include "gui/graph_editor/auto_layout.h"
#include "gui/graph_editor/edge_route.h"
#include "gui/graph_editor/graph_commands.h"
#include "gui/graph_editor/insert_on_edge.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/graph_editor/operator_search.h"
#include "gui/graph_editor/room.h"
#include "tests/support/patience.h"

namespace vitrine::gui {

class TestPlacing : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<Document> m_document;
    std::unique_ptr<Selection> m_selection;
    std::unique_ptr<GraphCommands> m_commands;

    const Graph& graph() const { return m_document->graph(); }
    QPointF placeOf(const char* id) const { return toPoint(graph().find(id)->position); }
    std::string fedBy(const char* id, const char* port) const {
        const Edge* edge = graph().edgeInto({id, port});
        return edge ? edge->from.node : "";
    }
    QString addBeside(const char* op, const QString& beside) {
        const auto added = m_commands->add({.op = QString::fromLatin1(op), .beside = beside});
        if (!added) qFatal("%s", added.error().message.c_str());
        return *added;
    }
    /// One below the other, as a person would build it.
    void buildChain(const QList<const char*>& ops) {
        QString last;
        for (const char* op : ops) last = addBeside(op, last);
    }
    using Pairs = std::set<std::pair<std::string, std::string>>;
    static Pairs overlaps(const Graph& graph) {
        Pairs pairs;
        for (const Node& a : graph.nodes())
            for (const Node& b : graph.nodes())
                if (a.id < b.id && nodeRect(a).intersects(nodeRect(b))) pairs.emplace(a.id, b.id);
        return pairs;
    }
    /// Edges that do not lead down, but for those of a node.
    static std::set<std::string> upwards(const Graph& graph, const QString& but = {}) {
        std::set<std::string> edges;
        for (const Edge& edge : graph.edges())
            if (!goesDown(graph, edge) && edge.from.node != but.toStdString() &&
                edge.to.node != but.toStdString())
                edges.insert(edge.from.text() + " to " + edge.to.text());
        return edges;
    }
    static Graph laidOut(const std::string& text, const QSizeF& room) {
        auto parsed = graphFromText(text);
        if (!parsed) qFatal("%s", parsed.error().text().c_str());
        Graph graph = std::move(parsed).value();
        const auto moves = autoLayout(graph, {}, room);
        if (!moves || !perform(graph, *moves)) qFatal("it can be laid out");
        return graph;
    }
    static QRectF extentOf(const Graph& graph) {
        QRectF extent;
        for (const Node& node : graph.nodes()) extent |= nodeRect(node);
        return extent;
    }

  private Q_SLOTS:
    void init() {
        m_document = std::make_unique<Document>();
        m_selection = std::make_unique<Selection>();
        m_commands = std::make_unique<GraphCommands>(*m_document, *m_selection);
    }

    void aChainGrowsStraightDown() {
        buildChain({"input", "conv2d", "relu", "max_pool2d", "flatten", "linear"});
        QCOMPARE(graph().nodes().size(), size_t{6});
        for (size_t i = 1; i < graph().nodes().size(); ++i) {
            const Node &above = graph().nodes()[i - 1], &below = graph().nodes()[i];
            QCOMPARE(toPoint(below.position), toPoint(above.position) + QPointF(0, rowPitch));
            QCOMPARE(fedBy(below.id.c_str(), "x"), above.id);
        }
        QCOMPARE(m_selection->nodes(), QStringList("fc1"));
    }

    void intoTheChainAndTakenBackAsOne() {
        buildChain({"input", "conv2d", "relu", "max_pool2d"});
        const Graph before = graph();
        addBeside("batch_norm2d", "conv1");
        QCOMPARE(fedBy("norm1", "x"), std::string("conv1"));
        QCOMPARE(fedBy("relu1", "x"), std::string("norm1"));
        QCOMPARE(placeOf("norm1"), placeOf("conv1") + QPointF(0, rowPitch));
        QCOMPARE(placeOf("relu1"), placeOf("norm1") + QPointF(0, rowPitch));
        QCOMPARE(placeOf("pool1"), placeOf("relu1") + QPointF(0, rowPitch));
        m_document->undoStack().undo();
        QVERIFY(graph() == before);
    }

    void aSkipConnectionKeepsWhatItIsFedBy() {
        buildChain({"input", "conv2d", "relu", "add"});
        QVERIFY(m_commands->connectPorts({{"conv1", "y"}, {"add1", "b"}}).ok());
        addBeside("batch_norm2d", "conv1");
        QCOMPARE(fedBy("norm1", "x"), std::string("conv1"));
        QCOMPARE(fedBy("relu1", "x"), std::string("norm1"));
        QCOMPARE(fedBy("add1", "b"), std::string("conv1"));
    }

    void aTargetStandsBesideAndAboveWhatItFeeds() {
        buildChain({"input", "flatten", "linear", "cross_entropy"});
        const QPointF loss = placeOf("loss");
        addBeside("target", "loss");
        QCOMPARE(fedBy("loss", "labels"), std::string("target"));
        QCOMPARE(placeOf("loss"), loss);
        QVERIFY(placeOf("target").y() < loss.y() && placeOf("target").x() > loss.x());
    }

    void whatDoesNotFitIsPlacedAndSaysWhy() {
        buildChain({"input", "flatten", "linear"});
        QString why;
        const auto added = m_commands->add(
            {.op = QStringLiteral("conv2d"), .beside = QStringLiteral("flatten")}, &why);
        QVERIFY(added.ok());
        QVERIFY(graph().edgesOf(added->toStdString()).empty());
        QVERIFY2(why.contains("conv"), qPrintable(why));
        QVERIFY(overlaps(graph()).empty());
        QCOMPARE(placeOf("fc1"), placeOf("flatten") + QPointF(0, rowPitch));  // stays
    }

    /// Into the chain it does not fit, but onto what feeds it.
    void aBranchStandsBesideAndSaysWhy() {
        buildChain({"input", "conv2d", "conv2d"});
        QString why;
        QVERIFY(m_commands->add({.op = "flatten", .beside = "conv1"}, &why).ok());
        QCOMPARE(fedBy("flatten", "x"), std::string("conv1"));
        QCOMPARE(fedBy("conv2", "x"), std::string("conv1"));
        QCOMPARE(placeOf("flatten"), placeOf("conv1") + QPointF(columnPitch, rowPitch));
        QVERIFY2(why.contains("conv2"), qPrintable(why));
    }

    void copiesStandBesideTheirOriginals() {
        buildChain({"input", "conv2d", "relu"});
        m_selection->selectNodes({"input", "conv1", "relu1"});
        for (int i = 0; i < 3; ++i) QVERIFY(m_commands->duplicateSelected().ok());
        QCOMPARE(graph().nodes().size(), size_t{12});
        QVERIFY(overlaps(graph()).empty());
    }

    /// Whatever is done, nothing comes to lie on what it did not lie on before, no edge turns
    /// upwards, and undo gives every place back.
    void nothingComesToLieOnAnything() {
        std::mt19937 random(5);
        const auto ops = paletteOperators();
        const auto pick = [&](size_t count) { return static_cast<size_t>(random() % count); };
        const auto anyNode = [&] {
            return QString::fromStdString(graph().nodes()[pick(graph().nodes().size())].id);
        };
        buildChain({"input", "conv2d", "relu", "conv2d", "relu"});
        for (int step = 0; step < 300; ++step) {
            const Graph before = graph();
            const Pairs had = overlaps(before);
            const auto hadUp = upwards(before);
            const QString dropped = anyNode();
            std::set<std::string> hadEdges;
            for (const Edge& edge : before.edges())
                hadEdges.insert(edge.from.text() + " to " + edge.to.text());
            const int undone = m_document->undoStack().index();
            const auto place = [&] { return QPointF(double(pick(900)), double(pick(900))); };
            const QString op = QString::fromStdString(std::string(ops[pick(ops.size())]->id));
            m_selection->selectNodes({anyNode(), anyNode()});
            const size_t what = pick(7);
            switch (what) {
                case 0:
                    static_cast<void>(m_commands->add({.op = op, .position = place()}));
                    break;
                case 1:
                    static_cast<void>(m_commands->add({.op = op, .beside = anyNode()}));
                    break;
                case 2:
                    if (!graph().edges().empty())
                        static_cast<void>(m_commands->add(
                            {.op = op,
                             .position = place(),
                             .into = graph().edges()[pick(graph().edges().size())]}));
                    break;
                case 3:
                    if (!graph().edges().empty())
                        static_cast<void>(m_commands->insert(
                            dropped, graph().edges()[pick(graph().edges().size())],
                            QPointF(double(pick(200)) - 100, double(pick(200)) - 100)));
                    break;
                case 4:
                    static_cast<void>(m_commands->duplicateSelected());
                    break;
                case 5:
                    m_commands->copySelected();
                    static_cast<void>(m_commands->paste(place()));
                    break;
                default:
                    if (graph().nodes().size() > 8)
                        static_cast<void>(m_commands->removeSelected(true));
            }
            for (const auto& pair : overlaps(graph()))
                QVERIFY2(had.contains(pair),
                         qPrintable(QStringLiteral("step %1: %2 on %3")
                                        .arg(step)
                                        .arg(pair.first.c_str(), pair.second.c_str())));
            for (const std::string& edge : upwards(graph(), dropped))
                QVERIFY2(hadUp.contains(edge) || !hadEdges.contains(edge),
                         qPrintable(QStringLiteral("step %1, %2 %3: %4")
                                        .arg(step)
                                        .arg(what)
                                        .arg(op, QString::fromStdString(edge))));
            if (m_document->undoStack().index() == undone || pick(3) != 0) continue;
            m_document->undoStack().undo();
            QVERIFY2(graph() == before, qPrintable(QString::number(step)));
            m_document->undoStack().redo();
        }
    }

    void whatIsInTheWayGoesDown() {
        auto parsed = graphFromText("x[4] -> relu as a -> relu as b");
        Graph graph = std::move(parsed).value();
        QVERIFY(perform(graph, {edit::Move{"x", {0, 0}}, edit::Move{"a", {0, 90}},
                                edit::Move{"b", {300, 90}}}));
        const Transaction room = withRoom(graph, {edit::Move{"x", {20, 70}}}, {"x"});
        QVERIFY(perform(graph, room));
        QCOMPARE(graph.find("x")->position.y, 70.0);
        QCOMPARE(graph.find("a")->position.y, 70 + rowPitch);
        QCOMPARE(graph.find("b")->position.y, 90.0);  // nothing lies on it
    }

    void whatMakesRoomGoesNoFurtherThanItHasTo() {
        auto parsed =
            graphFromText("x[4] -> relu as a -> relu as b -> relu as c\nx -> relu as far");
        Graph graph = std::move(parsed).value();
        QVERIFY(perform(
            graph, {edit::Move{"x", {0, 0}}, edit::Move{"a", {0, 90}}, edit::Move{"b", {0, 180}},
                    edit::Move{"c", {0, 400}}, edit::Move{"far", {300, 180}}}));
        const Transaction room = withRoom(graph, {edit::Move{"a", {0, 180}}}, {});
        QVERIFY(perform(graph, room));
        QCOMPARE(graph.find("x")->position.y, 0.0);
        QCOMPARE(graph.find("b")->position.y, 180 + rowPitch);
        QCOMPARE(graph.find("c")->position.y, 400.0);  // there was room
        QCOMPARE(graph.find("far")->position.y, 180.0);
    }

    void labelsGoWithTheLoss() {
        buildChain({"input", "flatten", "linear", "cross_entropy"});
        addBeside("target", "loss");
        const QPointF apart = placeOf("target") - placeOf("loss");
        addBeside("relu", "fc1");
        addBeside("relu", "fc1");
        QCOMPARE(placeOf("loss").y(), 5 * rowPitch);
        QCOMPARE(placeOf("target") - placeOf("loss"), apart);
    }

    void longChainsWrapIntoColumns() {
        std::string text = "x[1,28,28]";
        for (int i = 0; i < 14; ++i) text += " -> relu as r" + std::to_string(i);
        const QSizeF room(800, 360);
        const QRectF one = extentOf(laidOut(text, {}));
        const Graph graph = laidOut(text, room);
        const QRectF wrapped = extentOf(graph);
        QVERIFY(one.width() < 200);
        const double scale =
            std::min(room.width() / wrapped.width(), room.height() / wrapped.height());
        QVERIFY2(scale >= 0.75, qPrintable(QString::number(scale)));
        QVERIFY(overlaps(graph).empty());
        // Read from top to bottom, and columns from left to right.
        for (size_t i = 1; i < graph.nodes().size(); ++i) {
            const Position &before = graph.nodes()[i - 1].position,
                           &here = graph.nodes()[i].position;
            QVERIFY((here.x == before.x && here.y > before.y) ||
                    (here.x > before.x && here.y < before.y));
        }
    }

    /// As DenseNet is exported: every layer takes all earlier ones. Graphviz alone takes minutes.
    void aTangleIsLaidOutSoon() {
        std::string text = "x[4,8,8] -> relu as r0 -> relu as r1";
        for (int i = 2; i <= 40; ++i) {
            const std::string n = std::to_string(i);
            text += "\nr" + std::to_string(i - 1) + " -> concat(";
            for (int k = 0; k < i - 1; ++k) text += (k > 0 ? " r" : "r") + std::to_string(k);
            text += ") as c" + n + " -> conv2d(out_channels=4 kernel=1) as r" + n;
        }
        QElapsedTimer timer;
        timer.start();
        const Graph graph = laidOut(text, {900, 450});
        QVERIFY2(timer.elapsed() < 10'000 * test::slowness,
                 qPrintable(QString::number(timer.elapsed())));
        QVERIFY(overlaps(graph).empty());
        const QRectF wrapped = extentOf(graph);
        QVERIFY2(wrapped.width() > wrapped.height(), "columns fill the room");
    }

    void blocksStayTogether() {
        std::string text = "x[8,8,8]";
        std::string last = "x";
        for (int i = 0; i < 6; ++i) {
            const std::string n = std::to_string(i);
            text += (i == 0 ? " -> " : "\n" + last + " -> ") + ("relu as s" + n + " -> relu as a") +
                    n + " -> relu as b" + n + " -> add(s" + n + ") as m" + n;
            last = "m" + n;
        }
        const Graph graph = laidOut(text, {900, 450});
        for (int i = 0; i < 6; ++i) {
            const std::string n = std::to_string(i);
            const Position &split = graph.find("s" + n)->position,
                           &join = graph.find("m" + n)->position;
            QVERIFY2(split.y < join.y, n.c_str());  // in one column
        }
        QVERIFY(extentOf(graph).width() > 500);
    }

    void anEdgeToTheNextColumnRunsBetweenThem() {
        const QRectF left(0, 0, nodeWidth, nodeHeight), leftLow(0, 300, nodeWidth, nodeHeight);
        const QRectF right(290, 0, nodeWidth, nodeHeight),
            rightLow(290, 300, nodeWidth, nodeHeight);
        const std::vector<QRectF> nodes{left, leftLow, right, rightLow};
        const QPointF from(nodeWidth / 2, 300 + nodeHeight), to(290 + nodeWidth / 2, 0);
        const EdgeRoute route = routeBetween(from, to, nodes);
        QVERIFY(route.bends);
        for (const QPointF& point : lineOf(route))
            for (const QRectF& node : nodes)
                QVERIFY2(!node.adjusted(1, 1, -1, -1).contains(point),
                         qPrintable(QStringLiteral("%1 %2").arg(point.x()).arg(point.y())));
        QVERIFY(route.bow > nodeWidth && route.bow < 290);
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestPlacing)
#include "tst_placing.moc"
