// SPDX-License-Identifier: Apache-2.0
// Inputs of other types than floats, and inputs that no batch lies on: what they give, to whom, and
// how data come into them. Truth: read off the graph text by hand.
#include <QtTest/QtTest>

#include "core/graph/edit.h"
#include "core/graph/graph_text.h"
#include "core/graph/lower.h"
#include "core/graph/shapes.h"
#include "core/graph/special_nodes.h"
#include "core/opdef/descriptor.h"

using namespace vitrine;

namespace {

QString qt(std::string_view text) { return QString::fromUtf8(text.data(), qsizetype(text.size())); }

Graph read(std::string_view text) {
    Result<Graph> graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

Program lowered(std::string_view text, LowerOptions options) {
    options.withLoss = false;
    auto program = lower(read(text), options);
    if (!program) qFatal("%s", program.error().text().c_str());
    return std::move(program).value();
}

QString typeText(const Program& program, ValueId value) {
    const Value& found = program.value(value);
    return qt(name(found.dtype)) + " " + qt(found.shape.text());
}

}  // namespace

class TestTypedInputs : public QObject {
    Q_OBJECT

  private slots:
    void comeInAndGoOnAsTheirTypeSays_data();
    void comeInAndGoOnAsTheirTypeSays();
    void withoutABatchShapesAreWhole();
    void aNetworkWithoutABatchTakesOneExample();
    void besideOthersOneMayBeWhole();
    void columnsOfTheDataBecomeTheType();
    void refusesColumnsOfFloatsForWholeNumbers();
    void edgesEndWhereTheTypeIsTaken_data();
    void edgesEndWhereTheTypeIsTaken();
    void aConnectedInputKeepsATypeThatIsTaken();
    void whatIsUsualIsNotWritten();
    void outputsNeedNoInput();
};

void TestTypedInputs::comeInAndGoOnAsTheirTypeSays_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<bool>("isWide");
    QTest::addColumn<QString>("taken");
    QTest::addColumn<QString>("given");
    const auto row = [](const char* type, bool isWide, const char* taken, const char* given) {
        QTest::addRow("%s%s", type, isWide ? " of doubles" : "")
            << type << isWide << taken << given;
    };
    row("floats", false, "f32", "f32");
    row("floats", true, "f64", "f64");
    row("f16", false, "f16", "f32");
    row("bf16", true, "bf16", "f64");
    row("f32", false, "f32", "f32");
    row("f32", true, "f64", "f64");
    row("f64", false, "f64", "f64");
    for (const char* type : {"i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "bool"})
        row(type, true, type, type);
}

void TestTypedInputs::comeInAndGoOnAsTheirTypeSays() {
    QFETCH(QString, type);
    QFETCH(bool, isWide);
    QFETCH(QString, taken);
    QFETCH(QString, given);
    const std::string text = "x[2,3](type=" + type.toStdString() + ") -> reshape(shape=0,6)\n";
    const Program program =
        lowered(text, {.batch = 4, .floatType = isWide ? DType::F64 : DType::F32});
    QCOMPARE(typeText(program, program.data.front().value), taken + " [4, 2, 3]");
    QCOMPARE(typeText(program, program.outputs.front().value), given + " [4, 6]");
}

void TestTypedInputs::withoutABatchShapesAreWhole() {
    const Program program = lowered(
        "x[](batched=false type=i64) -> output as number\n"
        "y[2,0](batched=false) -> output as empty\n"
        "z[1,2,3,4,5,6](batched=false) -> output as deep\n",
        {});
    QCOMPARE(typeText(program, program.output("output:number")), QString("i64 []"));
    QCOMPARE(typeText(program, program.output("output:empty")), QString("f32 [2, 0]"));
    QCOMPARE(typeText(program, program.output("output:deep")), QString("f32 [1, 2, 3, 4, 5, 6]"));
}

void TestTypedInputs::aNetworkWithoutABatchTakesOneExample() {
    const Graph graph = read("x[3](batched=false) -> relu");
    QVERIFY(lower(graph, {.batch = 1, .withLoss = false}).ok());
    const auto refused = lower(graph, {.batch = 64, .withLoss = false});
    QVERIFY(!refused.ok());
    QCOMPARE(qt(refused.error().message),
             QString("input 'x': no input of the network is batched, so that it computes one "
                     "example at a time, not 64"));
}

void TestTypedInputs::besideOthersOneMayBeWhole() {
    const Program program = lowered("y[3](batched=false)\nx[3] -> add(y)\n", {.batch = 5});
    QCOMPARE(typeText(program, program.outputs.front().value), QString("f32 [5, 3]"));
}

void TestTypedInputs::columnsOfTheDataBecomeTheType() {
    const LowerOptions options{.batch = 2, .columns = {{"image", DType::U8}}};
    const Program same = lowered("x[3](type=u8) -> output as y", options);
    QVERIFY(same.instrs.empty());
    const Program cast = lowered("x[3](type=i64) -> output as y", options);
    QCOMPARE(qt(cast.instrs.front().op->id), QString("cast"));
    QCOMPARE(typeText(cast, cast.output("output:y")), QString("i64 [2, 3]"));
    const Program pixels = lowered("x[3](type=f16) -> output as y", options);
    QCOMPARE(qt(pixels.instrs.front().op->id), QString("normalize"));
}

void TestTypedInputs::refusesColumnsOfFloatsForWholeNumbers() {
    const auto refused = lower(read("x[3](type=i64) -> output as y"),
                               {.withLoss = false, .columns = {{"image", DType::F32}}});
    QVERIFY(!refused.ok());
    QCOMPARE(qt(refused.error().message),
             QString("input 'x': it takes i64, and the data's column 'image' holds f32"));
}

void TestTypedInputs::edgesEndWhereTheTypeIsTaken_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("floats where labels are wanted")
        << "y[1]; x[4] -> cross_entropy(y)"
        << "cross_entropy 'cross_entropy': port 'labels' takes class numbers, but y.x gives "
           "f32 or f64";
    QTest::newRow("labels where floats are wanted")
        << "labels<10 -> conv2d"
        << "conv2d 'conv2d': port 'x' takes f32 or f64, but "
           "labels.labels gives class numbers";
    QTest::newRow("whole numbers where floats are wanted")
        << "x[3,8,8](type=i64) -> conv2d"
        << "conv2d 'conv2d': port 'x' takes f32 or f64, but x.x gives i64";
    QTest::newRow("whole numbers where labels are wanted")
        << "y[1](type=i32)\nx[4] -> cross_entropy(y)"
        << "";
}

void TestTypedInputs::edgesEndWhereTheTypeIsTaken() {
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const auto graph = graphFromText(text.toStdString());
    QCOMPARE(graph.ok() ? QString() : qt(graph.error().message), expected);
}

void TestTypedInputs::aConnectedInputKeepsATypeThatIsTaken() {
    Graph graph = read("x[3,8,8] -> conv2d");
    QVERIFY(graph.setField("x", "type", std::string("f64")).ok());
    const auto refused = graph.setField("x", "type", std::string("u8"));
    QVERIFY(!refused.ok());
    QCOMPARE(qt(refused.error().message),
             QString("input 'x': it would give u8, and conv2d.x takes f32 or f64"));
    QCOMPARE(refused.error().place.field, std::string("type"));
    QCOMPARE(graph.find("x")->attrs.text("type"), std::string("f64"));
}

void TestTypedInputs::whatIsUsualIsNotWritten() {
    QCOMPARE(qt(graphToText(read("x[4](type=floats batched=true) -> relu"))),
             QString("x[4] -> relu\n"));
    const char* whole = "x[](batched=false type=i64) -> output as y\n";
    const Graph graph = read(whole);
    const std::string written = graphToText(graph);
    QVERIFY2(read(written) == graph, written.c_str());
}

void TestTypedInputs::outputsNeedNoInput() {
    Graph graph;
    QVERIFY(graph.insertNode(makeNode("r", "relu").value(), 0).ok());
    QVERIFY(graph.insertNode(makeNode("y", "output").value(), 1).ok());
    const Parameter fed{.id = "p", .type = ValueShape{{2}, DType::F32}};
    QVERIFY(graph.putParameter("p", fed).ok());
    QVERIFY(graph.setFeed("r", "x", "p").ok());
    QVERIFY(graph.insertEdge({{"r", "y"}, {"y", "x"}}, 0).ok());
    const auto program = lower(graph, {.withLoss = false});
    QVERIFY2(program.ok(), program.ok() ? "" : program.error().text().c_str());
    QCOMPARE(typeText(*program, program->output("output:y")), QString("f32 [2]"));
}

QTEST_GUILESS_MAIN(TestTypedInputs)
#include "tst_typed_inputs.moc"
