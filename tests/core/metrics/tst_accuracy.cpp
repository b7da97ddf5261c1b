// SPDX-License-Identifier: Apache-2.0
// Accuracy of four images whose logits are easy to read.
#include <QtTest/QtTest>

#include "tests/support/metric_values.h"

using namespace vitrine;
using namespace vitrine::test;

class AccuracyTest : public QObject {
    Q_OBJECT

    const std::vector<double> logits{0.1, 0.2,  0.7,  // 2
                                     -1,  -2,   -3,   // 0
                                     5,   5,    1,    // 0: the first of equal ones
                                     0.5, 0.25, -9};  // 0
    const std::vector<double> labels{2, 0, 1, 0};

  private slots:
    void isTheShareOfImagesWhoseLabelHasTheFirstLargestLogit() {
        QCOMPARE(metricOf("accuracy", {4, 3}, {4}, logits, labels), 0.75);
    }

    void batchesAddUp() {
        for (int64_t first = 1; first < 4; ++first)
            QCOMPARE(metricInTwoParts("accuracy", {4, 3}, {4}, logits, labels, first), 0.75);
    }

    void whatIsNotFiniteIsNoAnswer() {
        constexpr double nan = std::numeric_limits<double>::quiet_NaN();
        QCOMPARE(metricOf("accuracy", {2, 3}, {2}, {nan, nan, nan, 1, 2, 3}, {0, 2}), 0.5);
    }

    void labelsOutOfRangeAreNeverRight() {
        QCOMPARE(metricOf("accuracy", {3, 2}, {3}, {1, 2, 1, 2, 1, 2}, {-1, 2, 1}), 1.0 / 3);
    }

    void ofNothingSaysNothing() { QVERIFY(std::isnan(findMetric("accuracy")->make()->value())); }
};

QTEST_APPLESS_MAIN(AccuracyTest)
#include "tst_accuracy.moc"
