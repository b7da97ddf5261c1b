// SPDX-License-Identifier: Apache-2.0
// The rule of gradient_verdict.h, row by row.
#include <QtTest>

#include <cmath>

#include "gui/models/gradient_verdict.h"

Q_DECLARE_METATYPE(vitrine::gui::Verdict)
Q_DECLARE_METATYPE(vitrine::TensorStatistics)

namespace vitrine::gui {

namespace {

/// 100 elements, root mean square `rms`.
TensorStatistics ofSize(double rms) { return {.count = 100, .norm = 10 * rms}; }

}  // namespace

class GradientVerdictTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void rootMeanSquareLeavesNonFiniteElementsOut() {
        QCOMPARE(rootMeanSquare({.count = 20, .nonFinite = 4, .norm = 8}), 2.0);
        QCOMPARE(rootMeanSquare({.count = 4, .nonFinite = 4}), 0.0);
    }

    void judgesAgainstTheOthers_data() {
        QTest::addColumn<TensorStatistics>("layer");
        QTest::addColumn<Verdict>("verdict");
        const double median = 1e-3;
        QTest::newRow("like the others") << ofSize(median) << Verdict::Fine;
        QTest::newRow("900 times smaller") << ofSize(median / 900) << Verdict::Fine;
        QTest::newRow("1100 times smaller") << ofSize(median / 1100) << Verdict::Vanishing;
        QTest::newRow("900 times larger") << ofSize(median * 900) << Verdict::Fine;
        QTest::newRow("1100 times larger") << ofSize(median * 1100) << Verdict::Exploding;
        QTest::newRow("all zero") << TensorStatistics{.count = 9, .zeros = 9} << Verdict::Dead;
        QTest::newRow("one NaN") << TensorStatistics{.count = 9, .nonFinite = 1, .norm = 0.001}
                                 << Verdict::NotFinite;
        QTest::newRow("NaN and zeros")
            << TensorStatistics{.count = 9, .nonFinite = 1, .zeros = 8} << Verdict::NotFinite;
    }
    void judgesAgainstTheOthers() {
        QFETCH(TensorStatistics, layer);
        QFETCH(Verdict, verdict);
        const std::vector layers = {ofSize(1e-3), layer, ofSize(1e-3), ofSize(1.1e-3),
                                    ofSize(0.9e-3)};
        QCOMPARE(judgeGradients(layers)[1], verdict);
        QCOMPARE(judgeGradients(layers)[0], Verdict::Fine);
    }

    void tooSmallOrLargeOnItsOwn() {
        const std::vector small = {ofSize(5e-8), ofSize(6e-8), ofSize(2e-7)};
        QCOMPARE(judgeGradients(small),
                 (std::vector{Verdict::Vanishing, Verdict::Vanishing, Verdict::Fine}));
        const std::vector large = {ofSize(99), ofSize(101)};
        QCOMPARE(judgeGradients(large), (std::vector{Verdict::Fine, Verdict::Exploding}));
    }

    void deadLayersDoNotMoveTheMedian() {
        const TensorStatistics dead{.count = 5, .zeros = 5};
        const std::vector layers = {dead, dead, dead, ofSize(1e-3)};
        QCOMPARE(judgeGradients(layers)[3], Verdict::Fine);
        QVERIFY(judgeGradients({}).empty());
    }

    void weightsMayBeZeroAndActivationsMayNot() {
        const TensorStatistics zeros{.count = 5, .zeros = 5};
        QCOMPARE(judgeAlone(SampleKind::Weight, zeros), Verdict::Fine);
        QCOMPARE(judgeAlone(SampleKind::Activation, zeros), Verdict::Dead);
        QCOMPARE(judgeAlone(SampleKind::Weight, {.count = 5, .nonFinite = 1}), Verdict::NotFinite);
    }
};

}  // namespace vitrine::gui

QTEST_APPLESS_MAIN(vitrine::gui::GradientVerdictTest)
#include "tst_gradient_verdict.moc"
