// SPDX-License-Identifier: Apache-2.0
// The preview of a schedule: both ends, and as many points as are asked for, whatever the run's
// length.
#include <QtTest/QtTest>

#include "gui/models/schedule_curve.h"

using namespace vitrine;
using namespace vitrine::gui;

class ScheduleCurveTest : public QObject {
    Q_OBJECT

  private slots:
    void showsTheWholeRun_data() {
        QTest::addColumn<qint64>("epochs");
        QTest::addColumn<size_t>("points");
        QTest::newRow("one epoch") << qint64{1} << size_t{400};
        QTest::newRow("seven") << qint64{7} << size_t{399};
        QTest::newRow("more epochs than points") << qint64{100'000} << size_t{400};
    }
    void showsTheWholeRun() {
        QFETCH(qint64, epochs);
        QFETCH(size_t, points);
        for (const ScheduleDescriptor* schedule : allSchedules()) {
            TrainingSettings training;
            training.epochs = epochs;
            training.learningRate = 0.5;
            training.schedule = {std::string(schedule->id), Attrs(schedule->fields)};
            const ScheduleCurve curve = scheduleCurve(training, 400);
            QCOMPARE(curve.epochs.size(), points);
            QCOMPARE(curve.rates.size(), points);
            QCOMPARE(curve.epochs.front(), 0.0);
            QVERIFY(curve.epochs.back() > static_cast<double>(epochs) - 1.01 &&
                    curve.epochs.back() < static_cast<double>(epochs));
            QVERIFY(std::is_sorted(curve.epochs.begin(), curve.epochs.end()));
            for (double rate : curve.rates) QVERIFY(rate >= 0 && rate <= 0.5);
        }
    }

    void followsTheFields() {
        TrainingSettings training;
        training.epochs = 4;
        training.learningRate = 2;
        training.schedule = {"step", Attrs(findSchedule("step")->fields)};
        training.schedule.attrs.with("every", int64_t{2}).with("gamma", 0.25);
        const ScheduleCurve curve = scheduleCurve(training, 8);
        QCOMPARE(curve.rates, (std::vector<double>{2, 2, 2, 2, 0.5, 0.5, 0.5, 0.5}));
    }

    void isEmptyWhereNothingIsKnown() {
        TrainingSettings training;
        training.schedule.id = "tomorrow's";
        QVERIFY(scheduleCurve(training, 8).rates.empty());
    }
};

QTEST_APPLESS_MAIN(ScheduleCurveTest)
#include "tst_schedule_curve.moc"
