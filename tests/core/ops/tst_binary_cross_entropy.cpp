// SPDX-License-Identifier: Apache-2.0
// Binary cross-entropy in float32 where plain formulas lose their digits: certain answers and a
// logit of exactly 0. Truth: the formula in float64, with log1p. Values in between and derivatives
// are the sweep's and the golden file's.
#include <QtTest/QtTest>
#include <cmath>

#include "core/autodiff/transform.h"
#include "core/opdef/builder.h"
#include "tests/support/interpreter.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Relative: a float's digits, less a few for exponential, logarithm and sum.
constexpr double tolerance = 1e-6;

struct LossOfOne {
    double loss = 0, gradient = 0;
};

/// One logit and its target, in float32.
LossOfOne lossOf(double logit, double target) {
    Program program;
    Builder b(program, {.training = true, .floatType = DType::F32});
    const ValueId x = b.addInput("x", {1, 1}, DType::F32);
    const ValueId t = b.addInput("t", {1, 1}, DType::F32);
    const ValueId loss = b.emit("binary_cross_entropy", {x, t});
    const ValueId wanted[] = {x};
    const auto gradients = appendGradients(b, loss, wanted);
    VITRINE_CHECK(gradients.ok(), "the loss has a gradient");
    Interpreter interpreter(program);
    interpreter.set(x, {logit});
    interpreter.set(t, {target});
    VITRINE_CHECK(interpreter.run().ok(), "the program runs");
    return {interpreter.get(loss).front(), interpreter.get(gradients->front()).front()};
}

double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

bool near(double found, double wanted) {
    return std::abs(found - wanted) <= tolerance * std::abs(wanted) + 1e-37;
}

}  // namespace

class BinaryCrossEntropyTest : public QObject {
    Q_OBJECT

  private slots:
    void keepsItsDigits_data() {
        QTest::addColumn<double>("logit");
        QTest::addColumn<double>("target");
        for (const double logit :
             {0.0, 0.5, -0.5, 12.0, -12.0, 30.0, -30.0, 80.0, -80.0, 1e4, -1e4})
            for (const double target : {0.0, 0.25, 1.0})
                QTest::addRow("logit %g target %g", logit, target) << logit << target;
    }
    void keepsItsDigits() {
        QFETCH(double, logit);
        QFETCH(double, target);
        const auto [loss, gradient] = lossOf(logit, target);
        const double wanted = target * softplus(-logit) + (1 - target) * softplus(logit);
        QVERIFY2(near(loss, wanted), qPrintable(QString("%1, wanted %2").arg(loss).arg(wanted)));
        const double yes = 1 / (1 + std::exp(-logit)), no = 1 / (1 + std::exp(logit));
        const double slope = (1 - target) * yes - target * no;
        // A gradient of two terms may cancel: as far as they are large.
        const double allowed = tolerance * ((1 - target) * yes + target * no) + 1e-37;
        QVERIFY2(std::abs(gradient - slope) <= allowed,
                 qPrintable(QString("%1, wanted %2").arg(gradient).arg(slope)));
    }

    void isTheMeanOverAllElements() {
        Program program;
        Builder b(program, {.training = true, .floatType = DType::F64});
        const ValueId x = b.addInput("x", {2, 1, 1, 2}, DType::F64);
        const ValueId t = b.addInput("t", {2, 1, 1, 2}, DType::F64);
        const ValueId loss = b.emit("binary_cross_entropy", {x, t});
        Interpreter interpreter(program);
        interpreter.set(x, {0, 1, -2, 3});
        interpreter.set(t, {1, 1, 0, 0});
        QVERIFY(interpreter.run().ok());
        const double sum = softplus(0) + softplus(-1) + softplus(-2) + softplus(3);
        QVERIFY(std::abs(interpreter.get(loss).front() - sum / 4) < 1e-14);
    }
};

QTEST_APPLESS_MAIN(BinaryCrossEntropyTest)
#include "tst_binary_cross_entropy.moc"
