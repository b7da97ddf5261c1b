// SPDX-License-Identifier: Apache-2.0
// Ports that stand more than once: in files and scripts, under edits, and on the way to a Program.
#include <QtTest/QtTest>

#include "core/graph/graph_text.h"
#include "core/graph/lower.h"
#include "core/graph/ports.h"
#include "core/graph/shapes.h"

using namespace vitrine;

namespace {

constexpr const char* network =
    "x[4,6,6] -> split(sizes=1,3) as s\n"
    "s.y1 -> relu as r\n"
    "s -> concat(x1=r x2=s.y1) as c\n";

Graph graphOf(const std::string& text) {
    auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

std::vector<std::string> names(const std::vector<NodePort>& ports) {
    std::vector<std::string> ids;
    for (const NodePort& port : ports) ids.push_back(port.id);
    return ids;
}

/// Shapes of what the instruction of an operator gets, and of what it gives.
std::string textOf(const Program& program, std::string_view op) {
    for (const Instr& instr : program.instrs) {
        if (instr.op->id != op) continue;
        std::string text;
        for (ValueId v : instr.in) text += program.value(v).shape.text();
        return text + " → " + program.value(instr.out[0]).shape.text();
    }
    return "none";
}

}  // namespace

class RepeatedPortsTest : public QObject {
    Q_OBJECT

  private slots:
    void textComesBack() {
        const Graph graph = graphOf(network);
        QVERIFY(graphOf(graphToText(graph)) == graph);
        QCOMPARE(names(outputsOf(*graph.find("s"))), (std::vector<std::string>{"y0", "y1"}));
        QCOMPARE(names(edgeInputs(graph, *graph.find("c"))),
                 (std::vector<std::string>{"x0", "x1", "x2", "x3"}));
    }

    void everyOperandArrivesInItsPlace() {
        const auto program = lower(graphOf(network), {.batch = 2, .withLoss = false});
        QVERIFY2(program.ok(), program.ok() ? "" : program.error().message.c_str());
        QCOMPARE(textOf(*program, "concat"),
                 std::string("[2, 1, 6, 6][2, 3, 6, 6][2, 3, 6, 6] → [2, 7, 6, 6]"));
    }

    void aPlaceBetweenOthersMayBeFree() {
        Graph graph = graphOf(network);
        QVERIFY(graph.eraseEdge({{"r", "y"}, {"c", "x1"}}).ok());
        QVERIFY(graph.eraseNode("r").ok() || graph.eraseEdge({{"s", "y1"}, {"r", "x"}}).ok());
        if (graph.find("r")) QVERIFY(graph.eraseNode("r").ok());
        QCOMPARE(names(edgeInputs(graph, *graph.find("c"))),
                 (std::vector<std::string>{"x0", "x1", "x2"}));
        const auto program = lower(graph, {.batch = 2, .withLoss = false});
        QVERIFY2(program.ok(), program.ok() ? "" : program.error().message.c_str());
        QCOMPARE(textOf(*program, "concat"),
                 std::string("[2, 1, 6, 6][2, 3, 6, 6] → [2, 4, 6, 6]"));
        QVERIFY(graphOf(graphToText(graph)) == graph);
    }

    void oneAtLeastIsWanted() {
        const Graph graph = graphOf("concat as c");
        const ShapeReport report = shapesOf(graph, {});
        QCOMPARE(report.errors.size(), size_t{1});
        QVERIFY(report.errors[0].message.ends_with("port 'x0' is not connected"));
    }

    /// Also of nodes behind one whose shape is not known.
    void everyOpenPortIsTold() {
        const ShapeReport report =
            shapesOf(graphOf("relu as r -> add as sum -> relu -> mul as m"), {});
        QCOMPARE(report.errors.size(), size_t{3});
        QCOMPARE(report.errors[0].message, std::string("relu 'r': port 'x' is not connected"));
        QCOMPARE(report.errors[1].message, std::string("add 'sum': port 'b' is not connected"));
        QCOMPARE(report.errors[2].message, std::string("mul 'm': port 'b' is not connected"));
    }

    void whatIsConnectedIsNotTakenAway() {
        Graph graph = graphOf(network);
        const auto fewer = graph.setField("s", "sizes", std::vector<int64_t>{4});
        QVERIFY(!fewer.ok());
        QVERIFY(fewer.error().message.find("would take away port 'y1'") != std::string::npos);
        QVERIFY(graph.setField("s", "sizes", std::vector<int64_t>{1, 1, 2}).ok());
        QCOMPARE(outputsOf(*graph.find("s")).size(), size_t{3});
    }

    void namesThatNoPortHasAreRefused() {
        Graph graph = graphOf(network);
        for (const char* port : {"x", "x01", "x256", "x1000000000", "y0"}) {
            const auto edge = graph.insertEdge({{"s", "y0"}, {"c", port}}, graph.edges().size());
            QVERIFY2(!edge.ok() && edge.error().code == "P10", port);
        }
        QVERIFY(!graph.insertEdge({{"s", "y2"}, {"c", "x5"}}, graph.edges().size()).ok());
        QVERIFY(graph.insertEdge({{"s", "y0"}, {"c", "x255"}}, graph.edges().size()).ok());
    }

    void soManyOutputsAreNotTaken() {
        Graph graph = graphOf(network);
        QVERIFY(graph.setField("s", "sizes", std::vector<int64_t>(257, 1)).ok());
        QCOMPARE(outputsOf(*graph.find("s")).size(), size_t{256});
        const ShapeReport report = shapesOf(graph, {});
        const Error* error = report.errorOf("s");
        QVERIFY(error && error->message.ends_with("sizes has 257 parts, wanted at most 256"));
    }

    void typesThatDoNotMeetAreRefused() {
        const auto labels =
            graphFromText("x[4] -> linear(out_features=2) as f\nt<2\nf -> relu as r");
        QVERIFY(labels.ok());
        Graph graph = *labels;
        QVERIFY(graph.insertNode(*makeNode("gate", "sigmoid"), graph.nodes().size()).ok());
        const auto edge = graph.insertEdge({{"t", "labels"}, {"gate", "x"}}, graph.edges().size());
        QVERIFY(!edge.ok());
        QVERIFY2(edge.error().message.ends_with(
                     "port 'x' takes floating-point numbers, but t.labels gives class numbers"),
                 edge.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(RepeatedPortsTest)
#include "tst_repeated_ports.moc"
