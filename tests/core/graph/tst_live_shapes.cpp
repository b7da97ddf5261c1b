// SPDX-License-Identifier: Apache-2.0
// A report that follows edits is the report of the graph as it is, and tells of every node whose
// shapes or error have changed.
#include "core/graph/live_shapes.h"

#include <QtTest>

#include "core/graph/graph_text.h"
#include "tests/support/random_edits.h"

using namespace vitrine;

namespace {

/// What a report says of each node, by id.
std::map<std::string, std::string> said(const Graph& graph, const ShapeReport& report) {
    std::map<std::string, std::string> texts;
    for (size_t i = 0; i < graph.nodes().size(); ++i) {
        const Node& node = graph.nodes()[i];
        const NodeShapes& shapes = report.nodes[i];
        std::string text = shapes.isKnown ? "known" : "unknown";
        for (const ValueShape& operand : shapes.operands)
            text += " " + operand.shape.text() + (operand.isThere ? "" : " missing");
        for (const ValueShape& output : shapes.outputs) text += " -> " + output.shape.text();
        for (const NodeParameter& parameter : shapes.parameters)
            text += " : " + parameter.type.shape.text();
        if (const Error* error = report.errorOf(node.id)) text += " ! " + error->text();
        texts[node.id] = text;
    }
    return texts;
}

Graph graphOf(const char* text) {
    auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

constexpr auto network =
    "x[1,12,12] -> conv2d(out_channels=4 kernel=3) as c -> batch_norm2d as b -> relu as r"
    " -> split(sizes=2,2 axis=1) as s -> flatten as f -> linear(out_features=10) as l"
    " -> cross_entropy(labels) as loss\nr -> max_pool2d as p";

}  // namespace

class TestLiveShapes : public QObject {
    Q_OBJECT

  private slots:
    void isTheReportOfTheGraph_data() {
        QTest::addColumn<uint>("seed");
        for (uint seed = 1; seed <= 30; ++seed) QTest::addRow("seed %u", seed) << seed;
    }
    void isTheReportOfTheGraph() {
        QFETCH(uint, seed);
        std::mt19937 random(seed);
        Graph graph = graphOf(network);
        LiveShapes live;
        live.reset(graph);
        std::vector<Transaction> inverses;
        int done = 0, changes = 0;
        for (int i = 0; i < 150; ++i) {
            const bool takesBack = !inverses.empty() && random() % 5 == 0;
            const Transaction transaction =
                takesBack ? inverses.back() : test::randomEdit(graph, random);
            if (takesBack) inverses.pop_back();
            const auto before = said(graph, live.report());
            auto inverse = perform(graph, transaction);
            if (!inverse) continue;
            if (!takesBack) inverses.push_back(std::move(inverse).value());
            const Touched touched = touchedBy(graph, transaction);
            const std::vector<std::string> changed = live.follow(graph, touched);
            const auto after = said(graph, live.report()), wanted = said(graph, shapesOf(graph));
            QCOMPARE(after, wanted);
            QCOMPARE(live.report().errors.size(), shapesOf(graph).errors.size());
            for (const auto& [id, text] : after) {
                const auto was = before.find(id);
                if (was != before.end() && was->second == text) continue;
                ++changes;
                QVERIFY2(touched.isWhole || touched.nodes.contains(id) ||
                             std::ranges::find(changed, id) != changed.end(),
                         id.c_str());
            }
            ++done;
        }
        QVERIFY2(done > 50 && changes > 20, "hardly anything was edited");
    }

    void theBatchIsNWhereverItGoes() {
        Graph graph = graphOf(
            "x[3,4,4] -> transpose(permutation=1,0,2,3) as t -> reshape(shape=-1,4) as r\n"
            "x -> conv2d(out_channels=2 kernel=1) as c -> transpose(permutation=1,0,2,3) as u"
            " -> max_pool2d as p\n"
            "x -> reduce_sum(axes=0 keep_axes=false) as s");
        LiveShapes live;
        live.reset(graph);
        const auto said = [&](const char* node) {
            const auto i = static_cast<size_t>(graph.indexOf(node));
            return QString::fromStdString(
                batchShapeText(live.report().nodes[i], 0, live.report().batch));
        };
        QCOMPARE(said("x"), QString("[N, 3, 4, 4]"));
        QCOMPARE(said("t"), QString("[3, N, 4, 4]"));
        QCOMPARE(said("r"), QString("[12·N, 4]"));
        QCOMPARE(said("u"), QString("[2, N, 4, 4]"));  // two channels are not the batch
        QCOMPARE(said("p"), QString("[2, N, 2, 2]"));
        QCOMPARE(said("s"), QString("[3, 4, 4]"));
        // After an edit too.
        const Transaction wider{edit::SetField{"c", "out_channels", int64_t{5}}};
        QVERIFY(perform(graph, wider).ok());
        live.follow(graph, touchedBy(graph, wider));
        QCOMPARE(said("u"), QString("[5, N, 4, 4]"));
    }

    void anEditThatMeansNothingReachesNothing() {
        Graph graph = graphOf(network);
        LiveShapes live;
        live.reset(graph);
        const Transaction move{edit::Move{"c", {7, 7}}, edit::SetTitle{"r", "first"}};
        QVERIFY(perform(graph, move).ok());
        const Touched touched = touchedBy(graph, move);
        QVERIFY(!touched.changesMeaning && !touched.changesWiring && !touched.isWhole);
        QCOMPARE(touched.nodes, (std::set<std::string, std::less<>>{"c", "r"}));
        QVERIFY(live.follow(graph, touched).empty());
    }

    void whatDoesNotChangeFurtherDownIsNotReached() {
        Graph graph = graphOf(network);
        LiveShapes live;
        live.reset(graph);
        const Transaction field{edit::SetField{"c", "init", std::string("kaiming_normal")}};
        QVERIFY(perform(graph, field).ok());
        for (const std::string& id : live.follow(graph, touchedBy(graph, field)))
            QVERIFY2(id == "c", id.c_str());
    }

    void freezingReachesTheNodeAlone() {
        Graph graph = graphOf(network);
        LiveShapes live;
        live.reset(graph);
        for (const bool frozen : {true, false}) {
            const Transaction change = freezing(graph, {"c"}, frozen);
            QVERIFY(!change.empty() && perform(graph, change).ok());
            const Touched touched = touchedBy(graph, change);
            QVERIFY(touched.changesMeaning && !touched.changesWiring && !touched.isWhole);
            QCOMPARE(touched.nodes, (std::set<std::string, std::less<>>{"c"}));
            QCOMPARE(live.follow(graph, touched), std::vector<std::string>{"c"});
        }
    }

    /// All that use an entry are touched by it, whoever owns it.
    void anEntryTouchesAllThatUseIt() {
        Graph graph = graphOf(
            "x[3] -> linear(out_features=3) as a -> linear(out_features=3 weight=@a.weight) as b"
            " -> linear(out_features=3) as c");
        const Transaction change = freezing(graph, {"b"}, true);
        QVERIFY(perform(graph, change).ok());
        QCOMPARE(touchedBy(graph, change).nodes, (std::set<std::string, std::less<>>{"a", "b"}));
    }
};

QTEST_APPLESS_MAIN(TestLiveShapes)
#include "tst_live_shapes.moc"
