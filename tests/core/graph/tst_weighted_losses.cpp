// SPDX-License-Identifier: Apache-2.0
// Networks with several losses: their sum is weighted, and a weight that changes nothing adds
// nothing to the program. Truth: mean squared errors worked out by hand.
#include <fmt/format.h>

#include <QtTest/QtTest>

#include "core/graph/graph_text.h"
#include "core/graph/lower.h"
#include "tests/support/interpreter.h"

using namespace vitrine;

namespace {

/// Two losses of one prediction: relu(1, −2) = (1, 0). With b = (3, 0) and c = (1, 4):
/// first = (4 + 0) / 2 = 2, second = (0 + 16) / 2 = 8.
Program programOf(const char* first, const char* second, bool training = true) {
    const auto graph = graphFromText(fmt::format(
        "b[2](column=b)\nc[2](column=c)\n"
        "a[2] -> relu as p -> mse(b weight={}) as first\np -> mse(c weight={}) as second",
        first, second));
    if (!graph) qFatal("%s", graph.error().text().c_str());
    auto program = lower(*graph, {.training = training});
    if (!program) qFatal("%s", program.error().text().c_str());
    return std::move(program).value();
}

}  // namespace

class TestWeightedLosses : public QObject {
    Q_OBJECT

  private slots:
    void addsThemByTheirWeights_data() {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::addColumn<double>("sum");
        QTest::newRow("as they are") << "1"
                                     << "1" << 10.0;
        QTest::newRow("both weighted") << "0.5"
                                       << "0.25" << 3.0;
        QTest::newRow("the second weighted") << "1"
                                             << "3" << 26.0;
        QTest::newRow("the first is shown alone") << "0"
                                                  << "1" << 8.0;
        QTest::newRow("the second is shown alone") << "2"
                                                   << "0" << 4.0;
    }
    void addsThemByTheirWeights() {
        QFETCH(QString, first);
        QFETCH(QString, second);
        QFETCH(double, sum);
        const Program program = programOf(qPrintable(first), qPrintable(second));
        test::Interpreter interpreter(program);
        interpreter.set(program.input("a"), {1, -2});
        interpreter.set(program.input("b"), {3, 0});
        interpreter.set(program.input("c"), {1, 4});
        QVERIFY(interpreter.run().ok());
        QCOMPARE(interpreter.get(program.output("loss:first"))[0], 2.0);
        QCOMPARE(interpreter.get(program.output("loss:second"))[0], 8.0);
        QCOMPARE(interpreter.get(program.output("loss"))[0], sum);
    }

    void weightsAddOnlyWhatTheyChange() {
        const size_t plain = programOf("1", "1").instrs.size();
        QCOMPARE(programOf("0.5", "1").instrs.size(), plain + 1);    // a scale
        QCOMPARE(programOf("0.5", "0.5").instrs.size(), plain + 2);  // two of them
        QCOMPARE(programOf("1", "0").instrs.size(), plain - 1);      // no sum
        const Program one = programOf("1", "0");
        QCOMPARE(one.output("loss"), one.output("loss:first"));
        QVERIFY(one.output("loss:second") != noValue);
        for (const Instr& instr : programOf("0.5", "0.25").instrs)
            QCOMPARE(instr.phase == Phase::Loss, instr.origins != std::vector<std::string>{"p"});
    }

    void aLossAloneHasItsWeightToo() {
        const auto graph = graphFromText("x[2] -> relu as p -> mse(x weight=3) as l");
        QVERIFY(graph.ok());
        const auto program = lower(*graph, {});
        QVERIFY(program.ok());
        QCOMPARE(program->output("loss:l"), noValue);
        test::Interpreter interpreter(*program);
        interpreter.set(program->input("x"), {1, -2});  // (0 + 4) / 2 = 2
        QVERIFY(interpreter.run().ok());
        QCOMPARE(interpreter.get(program->output("loss"))[0], 6.0);
    }

    void anEvaluationSaysWhatEachOfThemCompares() {
        const Program program = programOf("1", "0", false);
        for (const char* loss : {"first", "second"})
            QCOMPARE(program.output(fmt::format("prediction:{}", loss)),
                     program.output("output:p"));
        QCOMPARE(program.output("target:first"), program.input("b"));
        QCOMPARE(program.output("target:second"), program.input("c"));
    }
};

QTEST_APPLESS_MAIN(TestWeightedLosses)
#include "tst_weighted_losses.moc"
