// SPDX-License-Identifier: Apache-2.0
// What the rows of Gradients say of numbers that are not finite, with made-up samples.
#include <QAbstractItemModelTester>
#include <QtTest>

#include "gui/models/gradient_model.h"
#include "tests/gui/support/made_records.h"

namespace vitrine::gui {

namespace {

HistogramRecord bad(int64_t step, int32_t subject, int64_t nans, int64_t infinite,
                    SampleKind kind = SampleKind::Gradient) {
    HistogramRecord record = test::madeHistogram(step, subject, -3);
    record.kind = kind;
    record.statistics.nans = nans;
    record.statistics.nonFinite = nans + infinite;
    return record;
}

HistogramRecord good(int64_t step, int32_t subject, SampleKind kind = SampleKind::Gradient) {
    return bad(step, subject, 0, 0, kind);
}

}  // namespace

class GradientModelTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        m_model = std::make_unique<GradientModel>();
        m_model->start({"conv1.weight", "conv2.weight", "fc.weight"}, {"conv1", "conv2", "fc"});
    }

    void newestSampleCountsAndEarlierColumnsStay() {
        const QAbstractItemModelTester tester(
            m_model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        add({good(1, 0), good(1, 1), good(7, 0), bad(7, 1, 3, 12)});
        QCOMPARE(verdictOf(0), QStringLiteral("fine"));
        QCOMPARE(verdictOf(1), QStringLiteral("first not finite"));
        QCOMPARE(GradientModel::detail(m_model->row(1)), QStringLiteral("3 NaN, 12 infinite"));
        QCOMPARE(m_model->row(1).history.columns().size(), size_t{2});
        QCOMPARE(m_model->row(1).history.columns()[0].statistics.nonFinite, int64_t{0});
    }

    void sizeOfABadSampleIsNoNumber_data() {
        QTest::addColumn<int>("nans");
        QTest::addColumn<int>("infinite");
        QTest::addColumn<QString>("size");
        QTest::addColumn<QString>("detail");
        QTest::newRow("NaN") << 2 << 0 << "nan"
                             << "2 NaN";
        QTest::newRow("infinite") << 0 << 3 << "+inf"
                                  << "3 infinite";
        QTest::newRow("both") << 1 << 1 << "nan"
                              << "1 NaN, 1 infinite";
    }
    void sizeOfABadSampleIsNoNumber() {
        QFETCH(int, nans);
        QFETCH(int, infinite);
        QFETCH(QString, size);
        QFETCH(QString, detail);
        add({bad(1, 0, nans, infinite)});
        QCOMPARE(m_model->index(0, GradientModel::Size).data().toString(), size);
        QCOMPARE(GradientModel::detail(m_model->row(0)), detail);
        const QModelIndex verdict = m_model->index(0, GradientModel::VerdictColumn);
        QVERIFY(verdict.data(Qt::ToolTipRole).toString().startsWith(detail));
    }

    void firstBadRowFollowsTheRunningOrder_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("first");
        QTest::newRow("gradients run back") << static_cast<int>(SampleKind::Gradient) << 2;
        QTest::newRow("weights") << static_cast<int>(SampleKind::Weight) << 1;
        QTest::newRow("activations run forth") << static_cast<int>(SampleKind::Activation) << 1;
    }
    void firstBadRowFollowsTheRunningOrder() {
        QFETCH(int, kind);
        QFETCH(int, first);
        const auto which = static_cast<SampleKind>(kind);
        m_model->setKind(which);
        add({good(7, 0, which), bad(7, 1, 1, 0, which), bad(7, 2, 1, 0, which)});
        for (int row = 0; row < 3; ++row) QCOMPARE(m_model->row(row).isFirstBad, row == first);
        QCOMPARE(verdictOf(3 - first), QStringLiteral("not finite"));
    }

    void nothingIsFineBehindAFailure() {
        add({good(1, 0), good(1, 1), bad(1, 2, 1, 0)});
        m_model->setFailedStep(7);
        for (const int row : {0, 1}) {
            QCOMPARE(verdictOf(row), QStringLiteral("not known"));
            QCOMPARE(GradientModel::detail(m_model->row(row)), QStringLiteral("seen in step 1"));
            QVERIFY(!GradientModel::advice(m_model->row(row).verdict).isEmpty());
        }
        QCOMPARE(verdictOf(2), QStringLiteral("first not finite"));
        add({good(7, 0)});  // the failing step's own
        QCOMPARE(verdictOf(0), QStringLiteral("fine"));
        QCOMPARE(verdictOf(1), QStringLiteral("not known"));
    }

    void anotherRunStartsWithoutFailure() {
        m_model->setFailedStep(7);
        m_model->start({"conv1.weight"}, {});
        add({good(1, 0)});
        QCOMPARE(verdictOf(0), QStringLiteral("fine"));
    }

  private:
    void add(const std::vector<HistogramRecord>& records) { m_model->add(records); }
    QString verdictOf(int row) const {
        return m_model->index(row, GradientModel::VerdictColumn).data().toString();
    }
    std::unique_ptr<GradientModel> m_model;
};

}  // namespace vitrine::gui

QTEST_GUILESS_MAIN(vitrine::gui::GradientModelTest)
#include "tst_gradient_model.moc"
