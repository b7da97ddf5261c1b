// SPDX-License-Identifier: Apache-2.0
// How columns of the data come into a program: as they are stored, with an instruction that makes
// of them what the network takes. Truth: the promises of lower.h, and numbers worked out by hand.
#include <QtTest/QtTest>

#include <cmath>

#include "core/graph/graph_text.h"
#include "core/graph/lower.h"
#include "core/opdef/descriptor.h"
#include "tests/support/interpreter.h"

using namespace vitrine;

namespace {

QString qt(const std::string& text) { return QString::fromStdString(text); }

Result<Program> lowered(const std::string& text, const LowerOptions& options) {
    const auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return lower(*graph, options);
}

/// `cast to=f32`, of what is made of the one input.
QString makerOf(const Program& program, ValueId stored) {
    for (const Instr& instr : program.instrs) {
        if (instr.in.empty() || instr.in[0] != stored) continue;
        QString text = QString::fromUtf8(instr.op->id.data(), qsizetype(instr.op->id.size()));
        for (const char* field : {"to", "mean", "std"})
            if (instr.attrs.has(field)) text += qt(" " + fieldText(instr.attrs.get(field)));
        return text;
    }
    return "nothing";
}

const Normalisation usual{0.25, 0.5};

}  // namespace

class TestStoredColumns : public QObject {
    Q_OBJECT

  private slots:
    void whatIsStoredIsMadeWhatTheNetworkTakes_data() {
        QTest::addColumn<QString>("input");
        QTest::addColumn<DType>("stored");
        QTest::addColumn<DType>("floatType");
        QTest::addColumn<QString>("maker");
        const auto row = [](const char* name, const char* input, DType stored, DType floatType,
                            const char* maker) {
            QTest::newRow(name) << input << stored << floatType << maker;
        };
        const char *plain = "x[1,2,2]", *unit = "x[1,2,2](scaling=unit)",
                   *raw = "x[1,2,2](scaling=raw)";
        row("pixels", plain, DType::U8, DType::F32, "normalize f32 0.25 0.5");
        row("pixels, in double", plain, DType::U8, DType::F64, "normalize f64 0.25 0.5");
        row("pixels from 0 to 1", unit, DType::U8, DType::F32, "normalize f32 0 1");
        row("pixels as they are", raw, DType::U8, DType::F32, "cast f32");
        row("whole numbers", plain, DType::I32, DType::F32, "cast f32");
        row("numbers", plain, DType::F32, DType::F32, "relu");
        row("numbers, in double", plain, DType::F32, DType::F64, "cast f64");
    }
    void whatIsStoredIsMadeWhatTheNetworkTakes() {
        QFETCH(QString, input);
        QFETCH(DType, stored);
        QFETCH(DType, floatType);
        QFETCH(QString, maker);
        const auto program = lowered(input.toStdString() + " -> relu as p -> mse(x)",
                                     {.batch = 3,
                                      .floatType = floatType,
                                      .columns = {{"image", stored}},
                                      .normalisation = usual});
        QVERIFY2(program.ok(), program.ok() ? "" : program.error().text().c_str());
        QCOMPARE(program->data.size(), size_t{1});
        QCOMPARE(qt(program->data[0].node), QString("x"));
        QCOMPARE(qt(program->data[0].column), QString("image"));
        const Value& value = program->value(program->data[0].value);
        QVERIFY(value.dtype == stored);
        QCOMPARE(value.shape, (Shape{3, 1, 2, 2}));
        QCOMPARE(makerOf(*program, program->data[0].value), maker);
        const bool isMade = maker != "relu";
        QCOMPARE(program->input("x") == noValue, isMade);
        const Instr& first = program->instrs.front();
        QVERIFY(program->value(first.out[0]).dtype == floatType);
        QCOMPARE(first.origins, std::vector<std::string>{isMade ? "x" : "p"});
        QVERIFY(first.phase == Phase::Forward);
    }

    void channelsHaveNumbersOfTheirOwn() {
        const Normalisation each{PerChannel({0, 0.5}), PerChannel({0.5, 0.25})};
        const auto program = lowered("x[2,1,1] -> relu as p -> mse(x)",
                                     {.columns = {{"image", DType::U8}}, .normalisation = each});
        QVERIFY2(program.ok(), program.ok() ? "" : program.error().text().c_str());
        QCOMPARE(makerOf(*program, program->data[0].value),
                 QString("normalize f32 0, 0.5 0.5, 0.25"));
        const auto refused = lowered("x[3,1,1] -> relu as p -> mse(x)",
                                     {.columns = {{"image", DType::U8}}, .normalisation = each});
        QVERIFY(!refused.ok());
        QCOMPARE(qt(refused.error().code), QString("U20"));
        QCOMPARE(qt(refused.error().place.node + "." + refused.error().place.field),
                 QString("x.mean"));
        QVERIFY2(qt(refused.error().message).contains("3 channels"),
                 refused.error().message.c_str());
    }

    void columnsThatAreNotNamedComeInAsTheNetworkTakesThem() {
        const auto program =
            lowered("t<3(column=kind)\nx[4] -> linear(out_features=3) -> cross_entropy(t)",
                    {.floatType = DType::F64, .columns = {{"picture", DType::U8}}});
        QVERIFY(program.ok());
        QVERIFY(program->value(program->input("x")).dtype == DType::F64);
        QVERIFY(program->value(program->input("t")).dtype == DType::I32);
    }

    void labels_data() {
        QTest::addColumn<DType>("stored");
        QTest::addColumn<QString>("maker");
        QTest::newRow("as they are") << DType::I32 << "cross_entropy";
        QTest::newRow("bytes") << DType::U8 << "cast i32";
    }
    void labels() {
        QFETCH(DType, stored);
        QFETCH(QString, maker);
        const auto program =
            lowered("t<3(column=kind)\nx[4] -> linear(out_features=3) -> cross_entropy(t) as l",
                    {.batch = 2, .training = false, .columns = {{"kind", stored}}});
        QVERIFY2(program.ok(), program.ok() ? "" : program.error().text().c_str());
        QCOMPARE(qt(program->data[0].node), QString("t"));
        QVERIFY(program->value(program->data[0].value).dtype == stored);
        QVERIFY(program->value(program->output("target:l")).dtype == DType::I32);
        if (stored == DType::I32)
            QCOMPARE(program->output("target:l"), program->input("t"));
        else
            QCOMPARE(makerOf(*program, program->data[0].value), maker);
    }

    void numbersAreNoClasses() {
        const auto program =
            lowered("t<3(column=steer)\nx[4] -> linear(out_features=3) -> cross_entropy(t)",
                    {.columns = {{"steer", DType::F32}}});
        QVERIFY(!program.ok());
        QCOMPARE(program.error().code, std::string("U05"));
        QCOMPARE(program.error().place.node, std::string("t"));
        QCOMPARE(program.error().place.field, std::string("column"));
        const QString message = qt(program.error().message);
        QVERIFY2(message.contains("'steer'") && message.contains("f32"), qPrintable(message));
        QVERIFY(!program.error().next.empty());
    }

    /// −Σ share · log softmax: of logits 0, log 3 it is −(1 − s) log ¼ − s log ¾. Evaluation takes
    /// the class itself: −log ¼.
    void trainingTakesSharesOfClassesWhereThereAreSome_data() {
        QTest::addColumn<bool>("training");
        QTest::addColumn<DType>("floatType");
        QTest::newRow("training") << true << DType::F32;
        QTest::newRow("training in double") << true << DType::F64;
        QTest::newRow("evaluation") << false << DType::F32;
    }
    void trainingTakesSharesOfClassesWhereThereAreSome() {
        QFETCH(bool, training);
        QFETCH(DType, floatType);
        const auto program = lowered("t<2\nx[2] -> cross_entropy(t) as l",
                                     {.training = training,
                                      .floatType = floatType,
                                      .columns = {{"image", floatType},
                                                  {"label", DType::I32, "label_shares"},
                                                  {"label_shares", DType::F32}}});
        QVERIFY2(program.ok(), program.ok() ? "" : program.error().text().c_str());
        test::Interpreter interpreter(*program);
        bool takesShares = false;
        for (const DataInput& input : program->data) {
            const bool isShares = input.column == "label_shares";
            takesShares = takesShares || isShares;
            QVERIFY(!isShares || input.node == "t");
            interpreter.set(input.value, isShares            ? std::vector{0.75, 0.25}
                                         : input.node == "x" ? std::vector{0.0, std::log(3.0)}
                                                             : std::vector{0.0});
        }
        QCOMPARE(takesShares, training);
        QVERIFY(interpreter.run().ok());
        const double wanted =
            training ? 0.75 * std::log(4) + 0.25 * std::log(4.0 / 3) : std::log(4);
        const double loss = interpreter.get(program->output("loss"))[0];
        QVERIFY2(std::abs(loss - wanted) < 1e-6, fmt::format("{}", loss).c_str());
    }

    /// (0 / 255 − 0.25) / 0.5 = −0.5, (51 / 255 − 0.25) / 0.5 = −0.1, (255 / 255 − 0.25) / 0.5
    /// = 1.5; a mask of the same bytes is 0, 0.2 and 1.
    void twoInputsScaleEachInItsWay() {
        const auto program = lowered("x[3]\nm[3](column=mask scaling=unit)\nx -> mse(m) as l",
                                     {.training = false,
                                      .columns = {{"mask", DType::U8}, {"image", DType::U8}},
                                      .normalisation = usual});
        QVERIFY2(program.ok(), program.ok() ? "" : program.error().text().c_str());
        test::Interpreter interpreter(*program);
        for (const DataInput& input : program->data) interpreter.set(input.value, {0, 51, 255});
        QVERIFY(interpreter.run().ok());
        const auto pixels = interpreter.get(program->output("prediction:l"));
        const auto mask = interpreter.get(program->output("target:l"));
        for (size_t i = 0; i < 3; ++i) {
            QVERIFY(std::abs(pixels[i] - std::array{-0.5, -0.1, 1.5}[i]) < 1e-7);
            QVERIFY(std::abs(mask[i] - std::array{0.0, 0.2, 1.0}[i]) < 1e-7);
        }
    }
};

QTEST_APPLESS_MAIN(TestStoredColumns)
#include "tst_stored_columns.moc"
