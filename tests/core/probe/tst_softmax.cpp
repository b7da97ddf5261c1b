// SPDX-License-Identifier: Apache-2.0
// Logits as people read them. Truth: the definition, and that what is no number is no class.
#include <QtTest/QtTest>

#include <cmath>
#include <limits>

#include "core/probe/softmax.h"

using namespace vitrine;

class TestSoftmax : public QObject {
    Q_OBJECT

  private slots:
    void likeliestClassIsTheFirstLargest() {
        const std::vector<double> logits{1, 3, -2, 3};
        const LikeliestClass likeliest = likeliestClass(logits);
        QCOMPARE(likeliest.index, 1);
        const double sum = 2 + std::exp(-2) + std::exp(-5);
        QVERIFY(std::abs(static_cast<double>(likeliest.probability) - 1 / sum) < 1e-7);
        QVERIFY(std::abs(static_cast<double>(softmax(logits)[1]) - 1 / sum) < 1e-7);
    }

    void whatIsNoNumberIsNoClass_data() {
        QTest::addColumn<std::vector<double>>("logits");
        QTest::addColumn<int>("index");
        const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
        const auto row = [](const char* name, std::vector<double> logits, int index) {
            QTest::newRow(name) << logits << index;
        };
        row("NaN first", {nan, 1, 2}, noAnswer);
        row("NaN in the middle", {1, nan, 2}, noAnswer);
        row("NaN last", {2, 1, nan}, noAnswer);
        row("all NaN", {nan, nan}, noAnswer);
        row("infinite", {0, infinity, 1}, noAnswer);
        row("all -infinite", {-infinity, -infinity}, noAnswer);
        row("one -infinite", {-infinity, 1, 0}, 1);
        row("one class", {4}, 0);
    }
    void whatIsNoNumberIsNoClass() {
        QFETCH(std::vector<double>, logits);
        QFETCH(int, index);
        const LikeliestClass likeliest = likeliestClass(logits);
        QCOMPARE(likeliest.index, index);
        QCOMPARE(isAnswer(logits), index != noAnswer);
        QCOMPARE(std::isnan(likeliest.probability), index == noAnswer);
        for (const float probability : softmax(logits))
            QCOMPARE(std::isnan(probability), index == noAnswer);
        QCOMPARE(std::isnan(classLoss(logits, 0)), index == noAnswer);
    }

    void theLossOfAClassIsItsLogarithm() {
        const std::vector<double> logits{1, 3, -2};
        const double sum = std::exp(1) + std::exp(3) + std::exp(-2);
        for (int32_t label = 0; label < 3; ++label) {
            const double wanted = -std::log(std::exp(logits[static_cast<size_t>(label)]) / sum);
            QVERIFY(std::abs(static_cast<double>(classLoss(logits, label)) - wanted) < 1e-6);
        }
        QCOMPARE(classLoss(std::vector<double>{-1000, 1000}, 0), 2000.0F);
        for (const int32_t label : {-1, 3}) QVERIFY(std::isnan(classLoss(logits, label)));
    }
};

QTEST_APPLESS_MAIN(TestSoftmax)
#include "tst_softmax.moc"
