// SPDX-License-Identifier: Apache-2.0
// Lowering: what a Program has for a small network, and which graphs are refused. Truth: counted by
// hand from the graph text.
#include <fmt/format.h>

#include <QtTest/QtTest>

#include "core/graph/graph_text.h"
#include "core/graph/lower.h"
#include "core/graph/shapes.h"
#include "core/graph/wiring.h"
#include "core/opdef/descriptor.h"

using namespace vitrine;

namespace {

Graph read(std::string_view text) {
    Result<Graph> graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

QString qt(const std::string& text) { return QString::fromStdString(text); }

QStringList outputNames(const Program& program) {
    QStringList names;
    for (const NamedValue& output : program.outputs) names << qt(output.name);
    return names;
}

/// Node and column of each input that data come in by.
QStringList dataTexts(const Program& program) {
    QStringList texts;
    for (const DataInput& input : program.data) texts << qt(input.node + " " + input.column);
    return texts;
}

constexpr auto network =
    "x[3,8,8] -> conv2d(out_channels=4 kernel=3 padding=1) as c1 -> batch_norm2d as bn -> relu\n"
    "    -> flatten -> linear(out_features=10) as fc -> cross_entropy(labels) as loss";

QStringList stateNames(const Program& program) {
    QStringList names;
    for (const StateBinding& state : program.states) names << qt(state.name);
    return names;
}

}  // namespace

class TestLower : public QObject {
    Q_OBJECT

  private slots:
    void hasInputsStatesAndOutputs();
    void statesStandInTheDocumentsOrder();
    void sharedParametersAreOneState();
    void instructionsKnowTheirNodeAndPhase();
    void evaluationSaysWhatEachLossCompares();
    void severalInputsAndTargetsComeInByTheirNames();
    void trainersOwnInputsKeepTheirNames();
    void inferenceLeavesLossAndTargetOut();
    void aNetworkWithoutLossHasOneOpenEnd();
    void anAutoencoderComparesWithItsInput();
    void statisticsChangeInTrainingOnly();
    void castsStayWithinFloat64();
    void parametersDoNotDependOnTheBatch();
    void refusesWhatCannotRun_data();
    void refusesWhatCannotRun();
};

void TestLower::hasInputsStatesAndOutputs() {
    const Result<Program> program =
        lower(read(network), {.batch = 5, .training = true, .floatType = DType::F64});
    QVERIFY2(program.ok(), program.ok() ? "" : program.error().message.c_str());
    QCOMPARE(program->batch, int64_t{5});
    QCOMPARE(program->inputs.size(), size_t{2});
    QCOMPARE(dataTexts(*program), (QStringList{"x image", "labels label"}));
    const Value& images = program->value(program->input("x"));
    QCOMPARE(images.shape, (Shape{5, 3, 8, 8}));
    QVERIFY(images.dtype == DType::F64);
    const Value& labels = program->value(program->input("labels"));
    QCOMPARE(labels.shape, (Shape{5}));
    QVERIFY(labels.dtype == DType::I32);
    QCOMPARE(outputNames(*program), (QStringList{"output:fc", "loss"}));
    QCOMPARE(program->value(program->output("output:fc")).shape, (Shape{5, 10}));
    QCOMPARE(program->value(program->output("loss")).shape, Shape{});
    QCOMPARE(program->value(program->state("fc.weight")->in).shape, (Shape{10, 256}));
    QVERIFY(program->value(program->state("fc.weight")->in).dtype == DType::F64);
}

void TestLower::statesStandInTheDocumentsOrder() {
    const Result<Program> program = lower(read(network), {});
    QVERIFY(program.ok());
    QCOMPARE(stateNames(*program),
             (QStringList{"c1.weight", "c1.bias", "bn.weight", "bn.bias", "bn.running_mean",
                          "bn.running_var", "fc.weight", "fc.bias"}));
    QVERIFY(program->state("bn.weight")->kind == StateKind::Parameter);
    QVERIFY(program->state("bn.running_mean")->kind == StateKind::Statistic);
    QVERIFY(program->state("c1.weight")->init.kind == InitKind::KaimingUniform);
    QCOMPARE(program->state("c1.weight")->init.fanIn, int64_t{27});
}

void TestLower::sharedParametersAreOneState() {
    const Result<Program> program =
        lower(read("x[4,8,8] -> conv2d(out_channels=4 padding=1) as a\n"
                   "a -> conv2d(out_channels=4 padding=1 weight=@a.weight) as b"),
              {.withLoss = false});
    QVERIFY(program.ok());
    QCOMPARE(stateNames(*program), (QStringList{"a.weight", "a.bias", "b.bias"}));
    QCOMPARE(program->instrs[0].in[1], program->instrs[1].in[1]);
}

void TestLower::instructionsKnowTheirNodeAndPhase() {
    const Result<Program> program = lower(read(network), {.batch = 2});
    QVERIFY(program.ok());
    const Instr& first = program->instrs.front();
    QCOMPARE(qt(std::string(first.op->id)), QString("conv2d"));
    QCOMPARE(first.origins, (std::vector<std::string>{"c1"}));
    QCOMPARE(qt(program->value(first.out.front()).name), QString("c1"));
    for (const Instr& instr : program->instrs) {
        QCOMPARE(instr.origins.size(), size_t{1});
        QVERIFY(instr.phase == (instr.origins.front() == "loss" ? Phase::Loss : Phase::Forward));
    }
}

void TestLower::evaluationSaysWhatEachLossCompares() {
    const Result<Program> program = lower(read(network), {.batch = 3, .training = false});
    QVERIFY(program.ok());
    QCOMPARE(outputNames(*program),
             (QStringList{"output:fc", "prediction:loss", "target:loss", "loss"}));
    QCOMPARE(program->output("prediction:loss"), program->output("output:fc"));
    QCOMPARE(program->output("target:loss"), program->input("labels"));
}

void TestLower::severalInputsAndTargetsComeInByTheirNames() {
    const Result<Program> program =
        lower(read("left[4](column=a)\nright[4](column=b)\nt<3(column=kind)\n"
                   "left -> linear(out_features=3) as l\n"
                   "right -> linear(out_features=3 weight=@l.weight bias=@l.bias) as r\n"
                   "l -> sub(r) as d -> cross_entropy(t) as loss"),
              {.batch = 2});
    QVERIFY2(program.ok(), program.ok() ? "" : program.error().message.c_str());
    QCOMPARE(dataTexts(*program), (QStringList{"left a", "right b", "t kind"}));
    for (const DataInput& input : program->data) QCOMPARE(input.value, program->input(input.node));
    QCOMPARE(stateNames(*program), (QStringList{"l.weight", "l.bias"}));
    QCOMPARE(outputNames(*program), (QStringList{"output:d", "loss"}));
}

// A node may be called what the trainer calls its learning rate.
void TestLower::trainersOwnInputsKeepTheirNames() {
    for (const char* name : {"lr", "step", "rng_key"}) {
        const Result<Program> program =
            lower(read(fmt::format("{0}[4] -> relu as y -> mse({0})", name)), {.batch = 2});
        QVERIFY(program.ok());
        QCOMPARE(program->input(name), noValue);
        QCOMPARE(dataTexts(*program), QStringList{QString("%1 image").arg(name)});
        QCOMPARE(program->input(std::string(name) + ".stored"), program->data[0].value);
    }
}

void TestLower::inferenceLeavesLossAndTargetOut() {
    const Result<Program> program =
        lower(read(network), {.batch = 1, .training = false, .withLoss = false});
    QVERIFY(program.ok());
    QCOMPARE(program->inputs.size(), size_t{1});
    QCOMPARE(program->output("loss"), noValue);
    QCOMPARE(dataTexts(*program), QStringList{"x image"});
    QCOMPARE(outputNames(*program), QStringList{"output:fc"});
    QCOMPARE(program->value(program->output("output:fc")).shape, (Shape{1, 10}));
    for (const Instr& instr : program->instrs) QVERIFY(instr.origins.front() != "loss");
}

void TestLower::aNetworkWithoutLossHasOneOpenEnd() {
    const Result<Program> program =
        lower(read("x[4] -> relu as a -> sigmoid as b\na -> add(b) as sum"), {.withLoss = false});
    QVERIFY(program.ok());
    QCOMPARE(outputNames(*program), QStringList{"output:sum"});
    QCOMPARE(qt(program->value(program->output("output:sum")).name), QString("sum"));
}

void TestLower::anAutoencoderComparesWithItsInput() {
    const Result<Program> program =
        lower(read("x[6] -> linear(out_features=2) as code -> linear(out_features=6) as back\n"
                   "back -> mse(x) as loss"),
              {.batch = 4, .training = false});
    QVERIFY(program.ok());
    QCOMPARE(program->inputs.size(), size_t{1});
    QVERIFY(program->output("loss") != noValue);
    QCOMPARE(program->value(program->output("output:back")).shape, (Shape{4, 6}));
    QCOMPARE(program->output("prediction:loss"), program->output("output:back"));
    QCOMPARE(program->output("target:loss"), program->input("x"));
}

void TestLower::statisticsChangeInTrainingOnly() {
    for (bool training : {true, false}) {
        const Result<Program> program = lower(read(network), {.batch = 2, .training = training});
        QVERIFY(program.ok());
        QCOMPARE(program->state("bn.running_mean")->out != noValue, training);
        QCOMPARE(program->state("bn.weight")->out, noValue);
    }
}

// Where everything is float64 a cast to another float is none; one to whole numbers stays.
void TestLower::castsStayWithinFloat64() {
    const auto typesOf = [](DType floatType) {
        const Result<Program> program =
            lower(read("x[3,4,4] -> cast(to=bf16) as a -> cast(to=f8e5m2) as b -> cast(to=u8) as c"
                       " -> cast(to=f32) as d -> flatten -> linear(out_features=10)"
                       " -> cross_entropy(labels)"),
                  {.batch = 2, .training = false, .floatType = floatType});
        QStringList types;
        if (program.ok())
            for (const Instr& instr : program->instrs)
                if (instr.op->id == "cast")
                    types << QString::fromLatin1(name(program->value(instr.out[0]).dtype).data());
        return types;
    };
    QCOMPARE(typesOf(DType::F32), (QStringList{"bf16", "f8e5m2", "u8", "f32"}));
    QCOMPARE(typesOf(DType::F64), (QStringList{"f64", "f64", "u8", "f64"}));
}

// Of the last batch of an epoch, which is smaller, they are the same.
void TestLower::parametersDoNotDependOnTheBatch() {
    const auto check = [](std::string_view text) {
        const Graph graph = read(text);
        const Wiring wiring = wiringOf(graph);
        const ShapeOptions options{.batch = 4};
        return checkParametersAreFixed(graph, wiring, shapesOf(graph, wiring, options), options);
    };
    QVERIFY(check(network));
    const Result<void> turned = check(
        "x[3,8,8] -> transpose(permutation=1,0,2,3) -> batch_norm2d as bn -> flatten"
        " -> linear(out_features=10) -> cross_entropy(labels)");
    QVERIFY(!turned);
    QCOMPARE(turned.error().place.node, std::string("bn"));
    QCOMPARE(qt(turned.error().message),
             "batch_norm2d 'bn': the shape of weight depends on the batch: it would be [4] for a "
             "batch of 4, and [5] for one of 5");
}

void TestLower::refusesWhatCannotRun_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("empty") << ""
                           << "P10: the graph has no input, wanted at least one";
    QTest::newRow("no loss") << "x[4] -> relu"
                             << "P10: the graph has no loss, wanted at least one";
    QTest::newRow("a loss without weight")
        << "x[4] -> relu -> mse(x weight=0) as l"
        << "P10: mse 'l': no loss has a weight, so that there is nothing to be made small";
    QTest::newRow("two losses without weight")
        << "x[4] -> relu as r -> mse(x weight=0) as l1\nr -> mse(x weight=0) as l2"
        << "P10: mse 'l1': no loss has a weight, so that there is nothing to be made small";
    QTest::newRow("a shape") << "x[4] -> batch_norm2d as bn -> mse(x)"
                             << "shape: batch_norm2d 'bn': x needs shape [N, C, H, W], got [N, 4]";
    QTest::newRow("an open port") << "x[4] -> add as sum -> mse(x)"
                                  << "P10: add 'sum': port 'b' is not connected";
}

void TestLower::refusesWhatCannotRun() {
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const Result<Program> program = lower(read(text.toStdString()), {});
    QVERIFY(!program.ok());
    QCOMPARE(qt(program.error().code + ": " + program.error().message), expected);
    QVERIFY(!program.error().next.empty());
}

QTEST_APPLESS_MAIN(TestLower)
#include "tst_lower.moc"
