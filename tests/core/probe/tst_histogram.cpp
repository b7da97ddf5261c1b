// SPDX-License-Identifier: Apache-2.0
// Bins by the definition: |x| in [2^e, 2^(e+1)).
#include <QTest>
#include <cmath>
#include <limits>

#include "core/probe/histogram.h"

using namespace vitrine;

class HistogramTest : public QObject {
    Q_OBJECT

  private slots:
    void everyExponentHasABinOfEachSign() {
        for (int e = LogHistogram::smallestExponent; e <= LogHistogram::largestExponent; ++e)
            for (double sign : {-1.0, 1.0}) {
                const double low = std::ldexp(1.0, e), high = std::ldexp(1.0, e + 1);
                const int bin = LogHistogram::binOf(sign * low);
                QVERIFY(bin >= 0 && bin < LogHistogram::bins);
                QCOMPARE(bin > LogHistogram::zeroBin, sign > 0);
                QCOMPARE(LogHistogram::exponentOf(bin), e);
                QCOMPARE(LogHistogram::binOf(sign * std::nextafter(high, 0.0)), bin);
            }
    }

    void largerNumbersStandFurtherRight() {
        int last = -1;
        for (double x : {-200.0, -3.0, -1e-9, 0.0, 1e-9, 3.0, 200.0}) {
            QVERIFY(LogHistogram::binOf(x) > last);
            last = LogHistogram::binOf(x);
        }
        QCOMPARE(last, LogHistogram::bins - 1);
    }

    void smallNumbersFallIntoTheMiddle() {
        const double smallest = std::ldexp(1.0, LogHistogram::smallestExponent);
        for (double x : {0.0, -0.0, std::nextafter(smallest, 0.0), -std::nextafter(smallest, 0.0),
                         std::numeric_limits<double>::denorm_min()})
            QCOMPARE(LogHistogram::binOf(x), LogHistogram::zeroBin);
        QVERIFY(LogHistogram::binOf(smallest) == LogHistogram::zeroBin + 1);
    }

    void largeNumbersFallIntoTheLastBins() {
        const double largest = std::numeric_limits<double>::max();
        QCOMPARE(LogHistogram::binOf(largest), LogHistogram::bins - 1);
        QCOMPARE(LogHistogram::binOf(-largest), 0);
    }
};

QTEST_APPLESS_MAIN(HistogramTest)
#include "tst_histogram.moc"
