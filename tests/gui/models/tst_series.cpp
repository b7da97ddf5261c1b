// SPDX-License-Identifier: Apache-2.0
// Series: decimation against a plain search over all points, smoothing against its formula.
#include <QtTest>

#include <cmath>
#include <limits>

#include "gui/models/axis_extent.h"
#include "gui/models/course_table.h"
#include "gui/models/series.h"

namespace vitrine::gui {

namespace {

/// A number between −1 and 1 that looks random.
double noise(int i) { return std::sin(i * 12.9898) * std::cos(i * 78.233); }

Series noisySeries(int count) {
    Series series;
    for (int i = 1; i <= count; ++i) series.append(i, 1.0 / i + 0.1 * noise(i));
    return series;
}

}  // namespace

class SeriesTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void keepsExtremesOfEveryColumn_data() {
        QTest::addColumn<double>("from");
        QTest::addColumn<double>("to");
        QTest::addColumn<int>("columns");
        QTest::newRow("all") << 1.0 << 100'000.0 << 500;
        QTest::newRow("a stretch") << 31'234.5 << 77'001.0 << 300;
        QTest::newRow("less than a block") << 500.0 << 504.0 << 300;
        QTest::newRow("around all") << -5000.0 << 200'000.0 << 100;
    }
    void keepsExtremesOfEveryColumn() {
        QFETCH(double, from);
        QFETCH(double, to);
        QFETCH(int, columns);
        const Series series = noisySeries(100'000);
        const auto column = [&](double step) {
            return static_cast<int>((step - from) * columns / (to - from));
        };
        std::map<int, Extent> wanted, found;
        for (const SeriesPoint& point : series.points())
            if (point.step >= from && point.step <= to)
                wanted[column(point.step)].include(point.value);
        const std::vector<SeriesPoint> points = series.decimated(from, to, columns);
        for (const SeriesPoint& point : points)
            if (point.step >= from && point.step <= to)
                found[column(point.step)].include(point.value);
        QVERIFY(points.size() <= 2 * static_cast<size_t>(columns) + 4);
        QCOMPARE(found.size(), wanted.size());
        Extent all;
        for (const auto& [at, extent] : wanted) {
            all.include(extent);
            // A block may stand across the border of two columns: its extremes are in one of them.
            Extent near;
            for (int neighbour = at - 1; neighbour <= at + 1; ++neighbour)
                if (found.contains(neighbour)) near.include(found[neighbour]);
            QVERIFY(near.lowest <= extent.lowest && near.highest >= extent.highest);
        }
        Extent drawn;
        for (const auto& [at, extent] : found) drawn.include(extent);
        QCOMPARE(drawn.lowest, all.lowest);
        QCOMPARE(drawn.highest, all.highest);
    }

    void goesOnPastBothEndsOfTheStretch() {
        const Series series = noisySeries(1000);
        const auto points = series.decimated(400.5, 410.5, 100);
        QCOMPARE(points.front().step, 400.0);
        QCOMPARE(points.back().step, 411.0);
    }

    void pointsStayInOrder() {
        const auto points = noisySeries(70'001).decimated(17, 60'123, 250);
        QVERIFY(std::is_sorted(
            points.begin(), points.end(),
            [](const SeriesPoint& a, const SeriesPoint& b) { return a.step < b.step; }));
    }

    void findsValuesWithinAnyStretch() {
        const Series series = noisySeries(5000);
        for (int from = 1; from < 5000; from += 397) {
            const int to = std::min(5000, from + 3 * from);
            Extent wanted;
            for (const SeriesPoint& point : series.points())
                if (point.step >= from && point.step <= to) wanted.include(point.value);
            const Extent found = series.valuesWithin(from, to);
            QCOMPARE(found.lowest, wanted.lowest);
            QCOMPARE(found.highest, wanted.highest);
        }
        QVERIFY(series.valuesWithin(6000, 7000).isEmpty);
    }

    void logAxesSeeOnlyPositiveValues() {
        Series series;
        for (double value : {-1.0, 0.0, 0.5, 2.0})
            series.append(static_cast<double>(series.size()), value);
        QCOMPARE(series.valuesWithin(0, 10, true).lowest, 0.5);
        QCOMPARE(series.valuesWithin(0, 10, false).lowest, -1.0);
    }

    void nonFiniteValuesAreKeptApart() {
        Series series;
        series.append(1, 2.0);
        series.append(2, std::numeric_limits<double>::quiet_NaN());
        series.append(3, std::numeric_limits<double>::infinity());
        QCOMPARE(series.size(), size_t{1});
        QCOMPARE(series.nonFiniteSteps().size(), size_t{2});
        QCOMPARE(series.nonFiniteSteps()[1], 3.0);
    }

    void readsTheLastValueNotAfterAStep() {
        Series series;
        series.append(10, 1);
        series.append(20, 2);
        QVERIFY(!series.at(9));
        QCOMPARE(series.at(19.5)->value, 1.0);
        QCOMPARE(series.at(1000)->value, 2.0);
    }

    void smoothingIsADebiasedMovingAverage() {
        const Series series = noisySeries(50);
        SmoothedSeries smoothed;
        smoothed.rebuild(series, 0.9);
        double sum = 0, weights = 0;
        for (int i = 0; i < 50; ++i) {
            const double weight = std::pow(0.9, 49 - i);
            sum += weight * series.points()[static_cast<size_t>(i)].value;
            weights += weight;
        }
        QVERIFY(std::abs(smoothed.series().points().back().value - sum / weights) < 1e-12);
        QCOMPARE(smoothed.series().points().front().value, series.points().front().value);
    }

    void smoothingFollowsWhatIsAppended() {
        Series series = noisySeries(20);
        SmoothedSeries step, atOnce;
        step.rebuild(series, 0.7);
        for (int i = 21; i <= 40; ++i) {
            series.append(i, noise(i));
            step.follow(series);
        }
        atOnce.rebuild(series, 0.7);
        QCOMPARE(step.series().size(), size_t{40});
        QCOMPARE(step.series().points().back().value, atOnce.series().points().back().value);
    }

    void weightZeroLeavesTheValues() {
        const Series series = noisySeries(10);
        SmoothedSeries smoothed;
        smoothed.rebuild(series, 0);
        QCOMPARE(smoothed.series().points()[7].value, series.points()[7].value);
    }

    void anAxisShowsWhatIsTypical_data() {
        QTest::addColumn<std::vector<double>>("values");
        QTest::addColumn<bool>("isLog");
        QTest::addColumn<double>("lowest");
        QTest::addColumn<double>("highest");
        // 1,000 values that fall from 2 to 1 evenly.
        std::vector<double> fall;
        for (int i = 0; i < 1000; ++i) fall.push_back(2 - i / 999.0);
        const auto with = [&](size_t at, double value) {
            std::vector<double> values = fall;
            values[at] = value;
            return values;
        };
        QTest::newRow("no spike: all of it") << fall << false << 1.0 << 2.0;
        QTest::newRow("an early spike") << with(3, 1e6) << false << 1.0 << 2.0;
        QTest::newRow("an early spike, log") << with(3, 1e6) << true << 1.0 << 2.0;
        QTest::newRow("a spike to the other side") << with(500, 1e-9) << true << 1.0 << 2.0;
        QTest::newRow("near enough to be seen") << with(0, 2.9) << false << 1.0 << 2.9;
        QTest::newRow("the newest is always seen") << with(999, 50.0) << false << 1.0 << 50.0;
        QTest::newRow("log: no zeros") << with(10, 0.0) << true << 1.0 << 2.0;
        QTest::newRow("few values: all of them")
            << std::vector<double>{1e6, 2, 1} << false << 1.0 << 1e6;
        QTest::newRow("one value again and again")
            << std::vector<double>(500, 0.25) << true << 0.25 << 0.25;
    }
    void anAxisShowsWhatIsTypical() {
        QFETCH(std::vector<double>, values);
        QFETCH(bool, isLog);
        QFETCH(double, lowest);
        QFETCH(double, highest);
        Series series;
        for (double value : values) series.append(static_cast<double>(series.size() + 1), value);
        const Extent extent = axisExtent(series, 1, 1e9, isLog);
        // A value or two of a thousand may be cut at either end.
        QVERIFY2(std::abs(extent.lowest - lowest) <= 0.02,
                 qPrintable(QString::number(extent.lowest)));
        QVERIFY2(std::abs(extent.highest - highest) <= 0.02,
                 qPrintable(QString::number(extent.highest)));
    }

    void anAxisOfNothingIsEmpty() {
        Series series;
        QVERIFY(axisExtent(series, 0, 100, false).isEmpty);
        series.append(1, -1);
        series.append(2, 0);
        QVERIFY(axisExtent(series, 0, 100, true).isEmpty);
        QVERIFY(axisExtent(series, 50, 100, false).isEmpty);
    }

    void aTableHoldsWhatThereWasWhenItWasBegun() {
        const auto course = std::make_shared<RunCourse>();
        constexpr int steps = 100'000;
        for (int step = 1; step <= steps; ++step)
            course->add(StepRecord{.step = step, .loss = 0.1, .learningRate = 0.5, .gradNorm = 3});
        CourseTable table(course);
        int slices = 1;
        for (; !table.copySome(); ++slices)
            course->add(StepRecord{.step = steps + slices, .loss = 7});
        QVERIFY2(slices > 5, "it comes in slices");
        std::string text;
        size_t pieces = 0;
        QVERIFY(table.write([&](std::string_view piece) {
            text += piece;
            ++pieces;
            return Result<void>();
        }));
        QCOMPARE(std::count(text.begin(), text.end(), '\n'), ptrdiff_t{steps + 1});
        QVERIFY2(text.ends_with("\n100000,0.1,,,0.5,3\n"), text.substr(text.size() - 40).c_str());
        QVERIFY(pieces > 10);
    }

    void aTableStopsWhereItCannotBeWritten() {
        const auto course = std::make_shared<RunCourse>();
        for (int step = 1; step <= 50'000; ++step) course->add(StepRecord{.step = step, .loss = 1});
        CourseTable table(course);
        while (!table.copySome()) continue;
        int calls = 0;
        const auto written = table.write([&](std::string_view) -> Result<void> {
            if (++calls == 3) return Error{"C09", "no space", {}, {}, {}};
            return {};
        });
        QVERIFY(!written);
        QCOMPARE(calls, 3);
    }

    void aCourseBecomesATable() {
        RunCourse course({.losses = {}, .metrics = {"accuracy"}});
        course.add(StepRecord{.step = 1, .loss = 2.5, .learningRate = 0.125, .gradNorm = 3});
        course.add(StepRecord{.step = 2,
                              .loss = std::numeric_limits<double>::quiet_NaN(),
                              .learningRate = 0.125,
                              .gradNorm = 4});
        course.add(RunEvent{.kind = EventKind::EpochDone,
                            .step = 2,
                            .epoch = 1,
                            .trainLoss = 2,
                            .testLoss = 1.5,
                            .metricCount = 1,
                            .metrics = {0.5}});
        QCOMPARE(CourseTable::csvOf(course),
                 QByteArray("step,loss,epoch_loss,test_loss,test_accuracy,learning_rate,"
                            "gradient_norm\n1,2.5,,,,0.125,3\n2,nan,2,1.5,0.5,0.125,4\n"));
        QCOMPARE(course.epochEnds().size(), size_t{1});
        QCOMPARE(course.lastStep(), 2.0);
    }

    void everyLossAndMetricIsAColumn() {
        RunCourse course({.losses = {"digit", "parity"}, .metrics = {"digit.accuracy", "mae"}});
        course.add(StepRecord{.step = 1,
                              .loss = 3,
                              .learningRate = 0.5,
                              .gradNorm = 1,
                              .lossCount = 2,
                              .losses = {1, 2}});
        course.add(RunEvent{.kind = EventKind::EpochDone,
                            .step = 1,
                            .epoch = 1,
                            .trainLoss = 3,
                            .testLoss = 5,
                            .lossCount = 2,
                            .metricCount = 2,
                            .testLosses = {2, 3},
                            .metrics = {0.25, 8}});
        QCOMPARE(CourseTable::csvOf(course),
                 QByteArray("step,loss,epoch_loss,test_loss,test_digit.accuracy,test_mae,"
                            "learning_rate,gradient_norm,loss_digit,loss_parity,"
                            "test_loss_digit,test_loss_parity\n1,3,3,5,0.25,8,0.5,1,1,2,2,3\n"));
    }
};

}  // namespace vitrine::gui

QTEST_APPLESS_MAIN(vitrine::gui::SeriesTest)
#include "tst_series.moc"
