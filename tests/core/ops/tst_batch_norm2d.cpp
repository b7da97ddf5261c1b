// SPDX-License-Identifier: Apache-2.0
// Batch normalisation of the numbers 1 to 4 in one channel: mean 2.5, biased variance 1.25,
// unbiased 5/3. The wanted numbers are the formula's.
#include <QtTest/QtTest>
#include <cmath>

#include "core/opdef/builder.h"
#include "tests/support/interpreter.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr double tolerance = 1e-12;

/// One channel, two images of one row of two pixels.
struct Normalised {
    Program program;
    ValueId x, weight, bias, mean, variance, y;

    explicit Normalised(bool training) {
        Builder b(program, {.training = training, .floatType = DType::F64});
        x = b.addInput("x", {2, 1, 1, 2}, DType::F64);
        weight = b.addState("weight", StateKind::Parameter, {1}, DType::F64, {});
        bias = b.addState("bias", StateKind::Parameter, {1}, DType::F64, {});
        mean = b.addState("mean", StateKind::Statistic, {1}, DType::F64, {});
        variance = b.addState("variance", StateKind::Statistic, {1}, DType::F64, {});
        y = b.emit("batch_norm2d", b.attrs("batch_norm2d").with("eps", 0.01),
                   {x, weight, bias, mean, variance});
    }

    Interpreter run() const {
        Interpreter interpreter(program);
        interpreter.set(x, {1, 2, 3, 4});
        interpreter.set(weight, {2});
        interpreter.set(bias, {0.5});
        interpreter.set(mean, {1});
        interpreter.set(variance, {0.15});
        VITRINE_CHECK(interpreter.run().ok(), "the program runs");
        return interpreter;
    }
};

bool near(double a, double b) { return std::abs(a - b) <= tolerance; }

}  // namespace

class BatchNorm2dTest : public QObject {
    Q_OBJECT

  private slots:
    void normalisesByTheBatchInTraining() {
        const Normalised n(true);
        const std::vector<double> y = n.run().get(n.y);
        for (size_t i = 0; i < 4; ++i)
            QVERIFY(near(y[i], (static_cast<double>(i) + 1 - 2.5) / std::sqrt(1.26) * 2 + 0.5));
    }

    void movesTheRunningStatisticsInTraining() {
        const Normalised n(true);
        const Interpreter after = n.run();
        QVERIFY(near(after.get(n.program.state("mean")->out)[0], 0.9 * 1 + 0.1 * 2.5));
        QVERIFY(near(after.get(n.program.state("variance")->out)[0], 0.9 * 0.15 + 0.1 * 5 / 3));
    }

    void oneNumberIsNoObservationOfAVariance_data() {
        QTest::addColumn<Shape>("shape");
        QTest::addColumn<bool>("observes");
        QTest::newRow("one image of 1 × 1") << Shape{1, 3, 1, 1} << false;
        QTest::newRow("two images") << Shape{2, 3, 1, 1} << true;
        QTest::newRow("two pixels") << Shape{1, 3, 1, 2} << true;
    }
    void oneNumberIsNoObservationOfAVariance() {
        QFETCH(Shape, shape);
        QFETCH(bool, observes);
        Program program;
        Builder b(program, {.training = true, .floatType = DType::F64});
        std::vector<ValueId> in{b.addInput("x", shape, DType::F64)};
        for (const char* name : {"weight", "bias", "mean", "variance"})
            in.push_back(b.addState(name, StateKind::Statistic, {3}, DType::F64, {}));
        b.emitAll("batch_norm2d", b.attrs("batch_norm2d"), in);
        QVERIFY(program.state("mean")->out != noValue);
        QCOMPARE(program.state("variance")->out != noValue, observes);
    }

    void normalisesByTheRunningStatisticsInEvaluation() {
        const Normalised n(false);
        const std::vector<double> y = n.run().get(n.y);
        for (size_t i = 0; i < 4; ++i)
            QVERIFY(near(y[i], static_cast<double>(i) / std::sqrt(0.16) * 2 + 0.5));
        QCOMPARE(n.program.state("mean")->out, noValue);
        QCOMPARE(n.program.state("variance")->out, noValue);
    }
};

QTEST_APPLESS_MAIN(BatchNorm2dTest)
#include "tst_batch_norm2d.moc"
