// SPDX-License-Identifier: Apache-2.0
// Histograms over steps: merging in pairs against means over all samples, and the model of rows.
#include <QAbstractItemModelTester>
#include <QtTest>

#include <cmath>
#include <limits>

#include "gui/models/gradient_model.h"

namespace vitrine::gui {

namespace {

/// 100 elements: `inZeroBin` next to zero, the others in [2^-4, 2^-3).
HistogramRecord record(int64_t step, uint32_t inZeroBin = 25, int32_t subject = 0,
                       SampleKind kind = SampleKind::Gradient) {
    HistogramRecord record;
    record.step = step;
    record.kind = kind;
    record.subject = subject;
    record.histogram.counts[LogHistogram::zeroBin] = inZeroBin;
    record.histogram.counts[static_cast<size_t>(LogHistogram::binOf(0.07))] = 100 - inZeroBin;
    record.statistics = {.count = 100, .zeros = inZeroBin, .maximum = 0.1, .norm = 1};
    return record;
}

}  // namespace

class HistogramHistoryTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void holdsSharesOfTheElements() {
        HistogramHistory history;
        history.add(record(7, 40));
        const HistogramColumn& column = history.columns().front();
        QCOMPARE(column.firstStep, int64_t{7});
        QCOMPARE(column.shares[LogHistogram::zeroBin], 0.4F);
        QCOMPARE(column.shares[static_cast<size_t>(LogHistogram::binOf(0.07))], 0.6F);
    }

    void mergesNeighboursWhenFull() {
        HistogramHistory history;
        const int count = 3 * HistogramHistory::mostColumns + 5;
        double zeros = 0;
        for (int i = 0; i < count; ++i) {
            history.add(record(10 * i + 1, static_cast<uint32_t>(i % 100)));
            zeros += i % 100 / 100.0;
        }
        QVERIFY(history.columns().size() <= static_cast<size_t>(HistogramHistory::mostColumns));
        QCOMPARE(history.samplesPerColumn(), 4);
        int samples = 0;
        double mean = 0;
        int64_t lastStep = 0;
        for (const HistogramColumn& column : history.columns()) {
            QVERIFY(column.firstStep > lastStep);
            lastStep = column.lastStep;
            samples += column.samples;
            mean += column.samples * static_cast<double>(column.shares[LogHistogram::zeroBin]);
        }
        QCOMPARE(samples, count);
        QVERIFY(std::abs(mean - zeros) < 1e-2);
        QCOMPARE(history.columns().back().lastStep, int64_t{10 * (count - 1) + 1});
        QCOMPARE(history.sizes().size(), static_cast<size_t>(count));
    }

    void mergedStatisticsSayWhatBothHad() {
        HistogramHistory history;
        for (int i = 0; i <= HistogramHistory::mostColumns; ++i) {
            HistogramRecord sample = record(i + 1);
            sample.statistics.norm = i == 0 ? 1 : 7;
            sample.statistics.maximum = i;
            sample.statistics.nonFinite = i < 2 ? 3 : 0;
            history.add(sample);
        }
        const TensorStatistics& first = history.columns().front().statistics;
        QCOMPARE(first.norm, 5.0);  // √((1² + 7²) / 2)
        QCOMPARE(first.maximum, 1.0);
        QCOMPARE(first.nonFinite, int64_t{6});
    }

    void samplesThatAreNotFiniteLeaveTheLineAlone() {
        HistogramHistory history;
        HistogramRecord sample = record(3);
        sample.statistics.nonFinite = 1;
        history.add(sample);
        QVERIFY(history.sizes().isEmpty());
        QCOMPARE(history.sizes().nonFiniteSteps().front(), 3.0);
    }

    void aColumnOfNothingFiniteIsSeenInTheMiddle() {
        HistogramHistory history;
        HistogramRecord sample;
        sample.statistics = {.count = 4, .nonFinite = 4};
        history.add(sample);
        for (float share : history.columns().front().shares) QCOMPARE(share, 0.0F);
        const BinRange range = occupiedBins(history.columns().front());
        QCOMPARE(range.first, LogHistogram::zeroBin);
        QCOMPARE(range.count(), 1);
    }

    void rowsStandInTheOrderOfTheNetwork() {
        GradientModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.start({"stem.conv.weight", "head.bias"}, {"x", "relu"});
        QCOMPARE(model.rowCount(), 0);
        model.add(std::vector{record(1, 5, 1), record(1, 5, 0), record(1, 5, 99)});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.row(0).name, QStringLiteral("stem.conv.weight"));
        QCOMPARE(model.row(0).node, QStringLiteral("stem.conv"));
        QCOMPARE(model.index(1, GradientModel::Name).data().toString(),
                 QStringLiteral("head.bias"));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        model.add(std::vector{record(2, 5, 1)});
        QCOMPARE(resets.count(), 0);
        QCOMPARE(changes.count(), 1);
    }

    void showsOneKindAtATime() {
        GradientModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.start({"c.weight"}, {"x", "relu"});
        model.add(std::vector{record(1), record(1, 100, 1, SampleKind::Activation)});
        QCOMPARE(model.row(0).name, QStringLiteral("c.weight"));
        model.setKind(SampleKind::Activation);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.row(0).node, QStringLiteral("relu"));
        QCOMPARE(model.row(0).verdict, Verdict::Dead);
        QCOMPARE(model.bins().first, LogHistogram::zeroBin);
    }

    void verdictsFollowTheNewestSample() {
        GradientModel model;
        model.start({"a.weight", "b.weight", "c.weight"}, {});
        HistogramRecord small = record(1, 5, 2);
        small.statistics.norm = 1e-5;
        model.add(std::vector{record(1, 5, 0), record(1, 5, 1), small});
        QCOMPARE(model.row(2).verdict, Verdict::Vanishing);
        QVERIFY(!model.index(2, GradientModel::VerdictColumn)
                     .data(Qt::ToolTipRole)
                     .toString()
                     .isEmpty());
        model.add(std::vector{record(2, 5, 2)});
        QCOMPARE(model.row(2).verdict, Verdict::Fine);
    }
};

}  // namespace vitrine::gui

QTEST_APPLESS_MAIN(vitrine::gui::HistogramHistoryTest)
#include "tst_histogram_history.moc"
