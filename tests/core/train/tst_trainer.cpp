// SPDX-License-Identifier: Apache-2.0
// The trainer's states and commands, what it reports, and that it learns.
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

std::vector<RunEvent> eventsOf(Trainer& trainer) {
    std::vector<RunEvent> events;
    for (RunEvent event; test::reportsOf(trainer).nextEvent(event);) events.push_back(event);
    return events;
}

std::vector<StepRecord> recordsOf(Trainer& trainer) {
    std::vector<StepRecord> records;
    for (StepRecord record; test::reportsOf(trainer).nextRecord(record);) records.push_back(record);
    return records;
}

void waitFor(Trainer& trainer, TrainerState state) {
    while (trainer.state() != state) std::this_thread::yield();
}

}  // namespace

class TrainerTest : public QObject {
    Q_OBJECT

  private slots:
    void learnsTheBars() {
        const Dataset data = test::barDataset(400, 100);
        test::TrainingSetup setup = test::setUp({.epochs = 6}, data);
        QCOMPARE(setup.trainer->state(), TrainerState::Idle);
        setup.trainer->post({Command::Kind::Start});
        setup.trainer->waitUntilIdle();
        QCOMPARE(setup.trainer->state(), TrainerState::Finished);
        const auto events = eventsOf(*setup.trainer);
        QCOMPARE(std::count_if(events.begin(), events.end(),
                               [](const RunEvent& e) { return e.kind == EventKind::EpochDone; }),
                 6);
        const auto last = std::find_if(events.rbegin(), events.rend(), [](const RunEvent& e) {
            return e.kind == EventKind::EpochDone;
        });
        QVERIFY2(last->testAccuracy >= 0.97,
                 fmt::format("accuracy {}", last->testAccuracy).c_str());
        QVERIFY(last->imagesPerSecond > 0);
    }

    void everyStepIsRecordedOnce() {
        const Dataset data = test::barDataset(100, 20);
        test::TrainingSetup setup = test::setUp({}, data);
        setup.trainer->post({Command::Kind::Start});
        setup.trainer->waitUntilIdle();
        const auto records = recordsOf(*setup.trainer);
        QCOMPARE(static_cast<int64_t>(records.size()), setup.trainer->totalSteps());
        for (size_t i = 0; i < records.size(); ++i)
            QCOMPARE(records[i].step, static_cast<int64_t>(i) + 1);
        QCOMPARE(setup.reports->droppedRecords(), int64_t{0});
        QVERIFY(records.back().loss < records.front().loss);
    }

    void stepsOneStepAndOneEntry() {
        const Dataset data = test::barDataset(64, 0);
        test::TrainingSetup setup = test::setUp({}, data);
        Trainer& trainer = *setup.trainer;
        trainer.post({Command::Kind::StepOne});
        waitFor(trainer, TrainerState::Paused);
        QCOMPARE(trainer.position().step, int64_t{1});
        QCOMPARE(trainer.entry(), 0);
        (void)eventsOf(trainer);
        trainer.post({Command::Kind::StepEntry});
        for (std::vector<RunEvent> events; events.empty();) events = eventsOf(trainer);
        QCOMPARE(trainer.entry(), 1);
        QCOMPARE(trainer.position().step, int64_t{1});
        trainer.post({Command::Kind::Stop});
        waitFor(trainer, TrainerState::Stopped);
        QCOMPARE(trainer.position().step,
                 int64_t{2});  // a step that has begun is brought to its end
    }

    void aNewRateHoldsFromTheNextStepOn() {
        const Dataset data = test::barDataset(64, 0);
        test::TrainingSetup setup = test::setUp({}, data);
        Trainer& trainer = *setup.trainer;
        trainer.post({Command::Kind::StepOne});
        waitFor(trainer, TrainerState::Paused);
        (void)eventsOf(trainer);
        trainer.post({Command::Kind::SetLearningRate, 0.001});
        trainer.post({Command::Kind::StepOne});
        for (bool paused = false; !paused;)
            for (const RunEvent& event : eventsOf(trainer)) {
                if (event.kind == EventKind::LearningRateChanged)
                    QCOMPARE(event.learningRate, 0.001);
                paused = paused || event.kind == EventKind::Paused;
            }
        const auto records = recordsOf(trainer);
        QCOMPARE(records.size(), size_t{2});
        QVERIFY(records[0].learningRate > 0.04);
        QCOMPARE(records[1].learningRate, 0.001);
    }

    void aFailedCheckpointPausesAndLosesNothing() {
        const Dataset data = test::barDataset(64, 0);
        test::SmallRun run{.checkpointEverySeconds = 0};
        bool full = true;
        run.save = [&](const Snapshot&) -> Result<void> {
            if (full) return Error{"C09", "no space", {}, {}, {}};
            return {};
        };
        test::TrainingSetup setup = test::setUp(run, data);
        Trainer& trainer = *setup.trainer;
        trainer.post({Command::Kind::Start});
        waitFor(trainer, TrainerState::Paused);
        QCOMPARE(QString::fromStdString(trainer.failure().code), QString("C09"));
        QCOMPARE(trainer.position().step, int64_t{1});
        trainer.post({Command::Kind::Continue});  // there is still no room
        for (int paused = 0; paused < 2;)
            for (const RunEvent& event : eventsOf(trainer))
                paused += event.kind == EventKind::CheckpointFailed;
        waitFor(trainer, TrainerState::Paused);
        QCOMPARE(trainer.position().step, int64_t{1});
        full = false;
        setup.reports->tryAgain();
        trainer.post({Command::Kind::Continue});
        waitFor(trainer, TrainerState::Finished);
    }

    void aNonFiniteLossFailsTheRun() {
        const Dataset data = test::barDataset(64, 0);
        test::TrainingSetup setup = test::setUp({.epochs = 50}, data);
        setup.trainer->post({Command::Kind::SetLearningRate, 1e30});
        setup.trainer->post({Command::Kind::Start});
        setup.trainer->waitUntilIdle();
        QCOMPARE(setup.trainer->state(), TrainerState::Failed);
        const auto events = eventsOf(*setup.trainer);
        QVERIFY(std::any_of(events.begin(), events.end(),
                            [](const RunEvent& e) { return e.kind == EventKind::NonFiniteLoss; }));
    }

    void refusesACheckpointOfAnotherNetwork() {
        const Dataset data = test::barDataset(64, 0);
        test::TrainingSetup setup = test::setUp({}, data);
        Snapshot snapshot;
        snapshot.tensors.push_back(
            {"c1.weight", DType::F32, Shape{5, 1, 3, 3}, std::vector<std::byte>(5 * 9 * 4)});
        const Result<void> restored = setup.trainer->restore(snapshot);
        QVERIFY(!restored.ok());
        QCOMPARE(QString::fromStdString(restored.error().code), QString("C02"));
        QVERIFY(restored.error().message.find("[5, 1, 3, 3]") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TrainerTest)
#include "tst_trainer.moc"
