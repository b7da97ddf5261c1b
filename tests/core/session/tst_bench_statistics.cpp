// SPDX-License-Identifier: Apache-2.0
// Medians and their intervals. Truth: of 11 different numbers the median of a sample drawn anew is
// at most the k-th with the chance that 6 of 11 draws are: the sum of a binomial distribution with
// k/11. That is 0.8 % for the second and 6 % for the third, so the interval begins at the third.
#include <QtTest>
#include <numeric>

#include "core/session/bench_compare.h"

using namespace vitrine;

class TestBenchStatistics : public QObject {
    Q_OBJECT

  private slots:
    void quantilesAreOrderStatistics() {
        QCOMPARE(median({3, 1, 2}), 2.0);
        QCOMPARE(quantile({5, 1, 4, 2, 3, 6, 7, 8, 9, 10}, 0.9), 10.0);
        QCOMPARE(quantile({2, 1}, 1), 2.0);
        QCOMPARE(median({}), 0.0);
    }
    void intervalsFollowTheBootstrapDistribution() {
        std::vector<double> numbers(11);
        std::iota(numbers.begin(), numbers.end(), 1);
        const MedianEstimate estimate = estimateMedian(numbers);
        QCOMPARE(estimate.median, 6.0);
        QCOMPARE(estimate.low, 3.0);
        QCOMPARE(estimate.high, 9.0);
    }
    void equalNumbersLeaveNoDoubt() {
        const MedianEstimate estimate = estimateMedian(std::vector<double>{2, 2, 2});
        QCOMPARE(estimate.low, 2.0);
        QCOMPARE(estimate.high, 2.0);
    }
    void sidesTakeTurnsAndPairsGiveRatios();
};

void TestBenchStatistics::sidesTakeTurnsAndPairsGiveRatios() {
    std::string order;
    const auto side = [&](char name, double seconds) {
        return BenchSide{
            .measure = [&order, name, seconds](int64_t steps) -> Result<std::vector<double>> {
                if (order.empty() || order.back() != name) order += name;
                return std::vector<double>(static_cast<size_t>(steps), seconds);
            },
            .secondsOfStep = seconds};
    };
    BenchSide ours = side('o', 0.01), theirs = side('t', 0.025);
    const auto ratios = measureInTurn(ours, theirs, 4);
    QVERIFY(ratios.ok());
    QCOMPARE(ratios->size(), size_t{4});
    for (const double ratio : *ratios) QCOMPARE(ratio, 2.5);
    // Who goes first changes: ot, to, ot, to.
    QCOMPARE(order, std::string("ototo"));
    // Short steps several together; one before each measurement warms and does not count.
    QCOMPARE(ours.seconds.size(), size_t{4 * 3});
    QCOMPARE(theirs.seconds.size(), size_t{4});
}

QTEST_GUILESS_MAIN(TestBenchStatistics)
#include "tst_bench_statistics.moc"
