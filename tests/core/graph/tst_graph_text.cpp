// SPDX-License-Identifier: Apache-2.0
// Graphs as text, and the shape pass over such graphs. Truth: the grammar in graph_text.h, and
// shapes worked out by hand.
#include <fmt/format.h>

#include <QtTest/QtTest>

#include "core/graph/graph_text.h"
#include "core/graph/shapes.h"

using namespace vitrine;

namespace {

Graph read(std::string_view text) {
    Result<Graph> graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

QString qt(const std::string& text) { return QString::fromStdString(text); }

}  // namespace

class TestGraphText : public QObject {
    Q_OBJECT

  private slots:
    void readsAChainWithFieldsAndNames();
    void readsBranchesPortsAndSharedParameters();
    void readsColumns();
    void writesWhatItReads_data();
    void writesWhatItReads();
    void namesLineAndColumnOfTrouble_data();
    void namesLineAndColumnOfTrouble();
    void infersShapesOfAResidualBlock();
    void namesEveryNodeThatDoesNotFit_data();
    void namesEveryNodeThatDoesNotFit();
    void nodesBehindABadOneAreNotBlamed();
    void sharedParametersMustAgree();
    void printsTheBatchAsN();
};

void TestGraphText::readsAChainWithFieldsAndNames() {
    const Graph graph = read(
        "x[1,28,28] -> conv2d(out_channels=8 kernel=3,5) as c1 -> relu -> relu\n"
        "    -> flatten -> linear(out_features=10) -> cross_entropy(labels)  # the end\n");
    QStringList ids;
    for (const Node& node : graph.nodes()) ids << qt(node.id);
    QCOMPARE(ids, (QStringList{"x", "c1", "relu", "relu2", "flatten", "linear", "cross_entropy",
                               "labels"}));
    QCOMPARE(graph.find("x")->attrs.list("shape"), (std::vector<int64_t>{1, 28, 28}));
    QCOMPARE(graph.find("c1")->attrs.integer("out_channels"), int64_t{8});
    QCOMPARE(graph.find("c1")->attrs.list("kernel"), (std::vector<int64_t>{3, 5}));
    QCOMPARE(graph.find("labels")->attrs.integer("classes"), int64_t{10});
    QCOMPARE(graph.edges().size(), size_t{7});
    QCOMPARE(qt(graph.edgeInto({"cross_entropy", "labels"})->from.text()),
             QString("labels.labels"));
    QCOMPARE(qt(graph.edgeInto({"linear", "x"})->from.node), QString("flatten"));
}

void TestGraphText::readsBranchesPortsAndSharedParameters() {
    const Graph graph = read(
        "x[4,6,6] -> batch_norm2d as bn1 -> relu as trunk\n"
        "trunk -> batch_norm2d(weight=@bn1.weight momentum=0.5) as bn2; y<3\n"
        "bn2.y -> add(b=trunk.y) as sum");
    QCOMPARE(qt(graph.edgeInto({"sum", "a"})->from.text()), QString("bn2.y"));
    QCOMPARE(qt(graph.edgeInto({"sum", "b"})->from.text()), QString("trunk.y"));
    QCOMPARE(qt(graph.find("bn2")->parameterId("weight")), QString("bn1.weight"));
    QCOMPARE(qt(graph.find("bn2")->parameterId("bias")), QString("bn2.bias"));
    QCOMPARE(graph.find("bn2")->attrs.real("momentum"), 0.5);
    QCOMPARE(graph.find("y")->attrs.integer("classes"), int64_t{3});
}

void TestGraphText::readsColumns() {
    const Graph graph =
        read("x[1,4,4](column=mask scaling=unit) -> relu as r; t<3(column=kind)\nr -> output as y");
    QCOMPARE(graph.find("x")->attrs.list("shape"), (std::vector<int64_t>{1, 4, 4}));
    QCOMPARE(qt(graph.find("x")->attrs.text("column")), QString("mask"));
    QCOMPARE(qt(graph.find("x")->attrs.text("scaling")), QString("unit"));
    QCOMPARE(graph.find("t")->attrs.integer("classes"), int64_t{3});
    QCOMPARE(qt(graph.find("t")->attrs.text("column")), QString("kind"));
    QCOMPARE(qt(graph.edgeInto({"y", "x"})->from.text()), QString("r.y"));
}

void TestGraphText::writesWhatItReads_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << "";
    QTest::newRow("a chain") << "x[4,6,6] -> relu -> relu -> batch_norm2d(momentum=0.5) as bn\n";
    QTest::newRow("a branch")
        << "x[4,6,6] -> relu as trunk -> batch_norm2d -> relu -> add(b=trunk)\n";
    QTest::newRow("both operands the same") << "x[4] -> add(b=x)\n";
    QTest::newRow("only the second operand") << "x[4]\nadd(b=x)\n";
    QTest::newRow("nodes without edges") << "relu\nx[4]\nrelu()\n";
    QTest::newRow("labels") << "x[10]\nlabels<10\nx -> cross_entropy(labels=labels)\n";
    QTest::newRow("columns") << "x[1,4,4](column=\"mask\" scaling=unit)\n";
    QTest::newRow("columns of inputs as they are by themselves")
        << "x[1,28,28](column=\"left eye\")\nlabels<10(column=\"digit\")\n"
           "x -> flatten -> linear -> cross_entropy(labels=labels)\n";
    QTest::newRow("an output") << "x[4] -> relu -> output as y\n";
    QTest::newRow("a weight") << "x[4] -> relu -> mse(weight=0.5 target=x)\n";
    QTest::newRow("shared") << "x[4,6,6] -> batch_norm2d -> batch_norm2d(bias=@p "
                               "weight=@batch_norm2d.weight)\n";
}

void TestGraphText::writesWhatItReads() {
    QFETCH(QString, text);
    const Graph graph = read(text.toStdString());
    const QString written = qt(graphToText(graph));
    QCOMPARE(written, text);
    QVERIFY(read(written.toStdString()) == graph);
}

void TestGraphText::namesLineAndColumnOfTrouble_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("unknown operator")
        << "x[4] -> relu\n  -> sigmoit"
        << "S02: line 2, column 6: node 'sigmoit': operator 'sigmoit' is unknown, did you mean "
           "'sigmoid'?";
    QTest::newRow("an operator that is not for people")
        << "x[4] -> relu_gate"
        << "S02: line 1, column 9: node 'relu_gate': operator 'relu_gate' is unknown";
    QTest::newRow("unknown field")
        << "x[4,2,2] -> batch_norm2d(momentun=1)"
        << "S02: line 1, column 26: batch_norm2d 'batch_norm2d': there is no field or port "
           "'momentun', did you mean 'momentum'?";
    QTest::newRow("value out of range")
        << "x[4,2,2] -> batch_norm2d(momentum=7) as bn"
        << "P11: line 1, column 26: batch_norm2d 'bn': field 'momentum' is '7', wanted a number "
           "from 0 to 1";
    QTest::newRow("no shape") << "x[]"
                              << "P11: input 'x': field 'shape' has 0 extents, wanted 1 to 7";
    QTest::newRow("an extent of none")
        << "x[4,0]"
        << "P11: input 'x': field 'shape' is '4,0', wanted no extent of 0 where the batch comes on "
           "top";
    QTest::newRow("a whole shape of too many extents")
        << "x[1,2,3,4,5,6,7,8,9](batched=false)"
        << "P11: input 'x': field 'shape' has 9 extents, wanted 0 to 8";
    QTest::newRow("bad shape") << "x[4,-1]"
                               << "P11: line 1, column 3: input 'x': field 'shape' is '4,-1', "
                                  "wanted whole numbers from 0 to 16777216";
    QTest::newRow("never closed") << "x[4] -> relu(\n"
                                  << "S01: line 2, column 1: found the end, wanted ')'";
    QTest::newRow("arrow to nothing") << "x[4] ->"
                                      << "S01: line 1, column 8: found the end, wanted an operator";
    QTest::newRow("unexpected letter") << "x[4] -> r$lu"
                                       << "S01: line 1, column 10: unexpected '$'";
    QTest::newRow("open quotation") << "x[4] -> relu(a=\"b)"
                                    << "S01: line 1, column 16: the quotation mark is never closed";
    QTest::newRow("node from later")
        << "x[4] -> add(other)\nrelu as other"
        << "S02: line 1, column 13: there is no node 'other' before this";
    QTest::newRow("name twice") << "x[4] -> relu as x"
                                << "P10: line 1, column 9: the name 'x' is taken";
    QTest::newRow("no free port") << "x[4] -> relu(x)"
                                  << "S01: line 1, column 14: relu 'relu' has no free port for 'x'";
    QTest::newRow("port twice") << "x[4] -> add(a=x)"
                                << "P10: line 1, column 15: add 'add': port 'a' has two edges";
    QTest::newRow("no such output") << "x[4]\nx.z -> relu"
                                    << "S02: line 2, column 1: input 'x' has no output port 'z', "
                                       "only 'x'";
    QTest::newRow("shape of too many extents")
        << "x[1,2,3,4,5,6,7,8]"
        << "P11: input 'x': field 'shape' has 8 extents, wanted 1 to 7";
    QTest::newRow("behind an output") << "x[4] -> output as y -> relu"
                                      << "S01: line 1, column 9: output gives nothing";
    QTest::newRow("unknown scaling")
        << "x[4](scaling=double)"
        << "P11: line 1, column 6: input 'x': field 'scaling' is 'double', wanted one of "
           "normalised, unit, raw";
    QTest::newRow("no column's name") << "x[4](column=\"\")"
                                      << "P11: input 'x': field 'column' is '', wanted the name "
                                         "of a column of 1 to 200 bytes, without quotes";
    QTest::newRow("two words") << "x[4] relu"
                               << "S01: line 1, column 6: found 'relu', wanted '->' or the end of "
                                  "the line";
}

void TestGraphText::namesLineAndColumnOfTrouble() {
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const Result<Graph> graph = graphFromText(text.toStdString());
    QVERIFY(!graph.ok());
    QCOMPARE(qt(graph.error().text()), expected);
}

void TestGraphText::infersShapesOfAResidualBlock() {
    const Graph graph = read(
        "x[3,32,32] -> conv2d(out_channels=16 kernel=3 padding=1) as stem -> relu as trunk\n"
        "trunk -> conv2d(out_channels=32 kernel=3 stride=2 padding=1 bias=false) as c1\n"
        "trunk -> conv2d(out_channels=32 kernel=1 stride=2 bias=false) as short\n"
        "c1 -> add(short) as sum -> global_avg_pool2d -> flatten -> linear(out_features=10)\n"
        "    -> cross_entropy(labels)");
    const ShapeReport report = shapesOf(graph, {.batch = 7});
    for (const Error& error : report.errors) qWarning("%s", error.text().c_str());
    QVERIFY(report.ok());
    const auto shape = [&](std::string_view id) {
        const auto index = static_cast<size_t>(graph.indexOf(id));
        return qt(batchShapeText(report.nodes[index].outputs.front().shape, report.batch));
    };
    QCOMPARE(shape("stem"), QString("[N, 16, 32, 32]"));
    QCOMPARE(shape("c1"), QString("[N, 32, 16, 16]"));
    QCOMPARE(shape("sum"), QString("[N, 32, 16, 16]"));
    QCOMPARE(shape("flatten"), QString("[N, 32]"));
    QCOMPARE(shape("linear"), QString("[N, 10]"));
    QCOMPARE(shape("cross_entropy"), QString("[]"));
    const auto& parameters = report.nodes[static_cast<size_t>(graph.indexOf("c1"))].parameters;
    QCOMPARE(parameters.size(), size_t{1});
    QCOMPARE(parameters.front().type.shape, (Shape{32, 16, 3, 3}));
}

void TestGraphText::namesEveryNodeThatDoesNotFit_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("node");
    QTest::addColumn<QString>("expected");
    QTest::newRow("not connected") << "x[4]\nrelu as r"
                                   << "r"
                                   << "P10: relu 'r': port 'x' is not connected";
    QTest::newRow("second operand missing") << "x[4] -> add as sum"
                                            << "sum"
                                            << "P10: add 'sum': port 'b' is not connected";
    QTest::newRow("wrong rank") << "x[4] -> batch_norm2d as bn"
                                << "bn"
                                << "shape: batch_norm2d 'bn': x needs shape [N, C, H, W], got "
                                   "[N, 4]";
    QTest::newRow("classes") << "x[12]\nlabels<10\nx -> cross_entropy(labels) as loss"
                             << "loss"
                             << "U06: cross_entropy 'loss': the network gives 12 numbers an image, "
                                "target 'labels' has 10 classes";
    QTest::newRow("too large") << "x[65536,65536,65536]"
                               << "x"
                               << "shape: input 'x': x has shape [N, 65536, 65536, 65536], wanted "
                                  "at most 274877906944 elements";
    QTest::newRow("falls below 1 x 1") << "x[1,4,4] -> conv2d(out_channels=8 kernel=5) as c"
                                       << "c"
                                       << "shape: conv2d 'c': ";
}

void TestGraphText::namesEveryNodeThatDoesNotFit() {
    QFETCH(QString, text);
    QFETCH(QString, node);
    QFETCH(QString, expected);
    const ShapeReport report = shapesOf(read(text.toStdString()));
    QCOMPARE(report.errors.size(), size_t{1});
    const Error* error = report.errorOf(node.toStdString());
    QVERIFY(error);
    QVERIFY2(qt(error->text()).startsWith(expected), error->text().c_str());
}

void TestGraphText::nodesBehindABadOneAreNotBlamed() {
    const Graph graph = read("x[4] -> batch_norm2d as bn -> relu as r -> add(x) as sum");
    const ShapeReport report = shapesOf(graph);
    QCOMPARE(report.errors.size(), size_t{1});
    QVERIFY(report.errorOf("bn"));
    QVERIFY(report.nodes[static_cast<size_t>(graph.indexOf("x"))].isKnown);
    QVERIFY(!report.nodes[static_cast<size_t>(graph.indexOf("sum"))].isKnown);
}

void TestGraphText::sharedParametersMustAgree() {
    const ShapeReport report =
        shapesOf(read("x[4,2,2] -> batch_norm2d as a\ny[3,2,2] -> batch_norm2d(weight=@a.weight "
                      "bias=@a.running_mean) as b"));
    QCOMPARE(report.errors.size(), size_t{1});
    QCOMPARE(qt(report.errors.front().message),
             QString("batch_norm2d 'b': weight shares 'a.weight' of shape [4] with "
                     "batch_norm2d 'a', wanted [3]"));
    const ShapeReport kinds =
        shapesOf(read("x[4,2,2] -> batch_norm2d as a -> batch_norm2d(bias=@a.running_mean) as b"));
    QCOMPARE(qt(kinds.errors.front().message),
             QString("batch_norm2d 'b': bias shares 'a.running_mean' with batch_norm2d 'a', "
                     "where it is a statistic"));
}

void TestGraphText::printsTheBatchAsN() {
    QCOMPARE(qt(batchShapeText(Shape{2, 16, 28, 28}, 2)), QString("[N, 16, 28, 28]"));
    QCOMPARE(qt(batchShapeText(Shape{}, 2)), QString("[]"));
    QCOMPARE(qt(batchShapeText(Shape{2}, 2)), QString("[N]"));
    QCOMPARE(qt(batchShapeText(Shape{3, 2}, 2)), QString("[3, 2]"));
}

QTEST_APPLESS_MAIN(TestGraphText)
#include "tst_graph_text.moc"
