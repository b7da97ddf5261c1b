// SPDX-License-Identifier: Apache-2.0
// The trainer's states and commands, what it reports, and that it learns.
#include <cmath>
#include <cstring>

#include "core/base/guard.h"
#include "core/train/test_score.h"
#include "tests/support/example_sets.h"
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

struct LossCourse {
    double first = 0, tenth = 0;  ///< of the steps with these numbers
    bool isTold = false;          ///< that it has grown
};

/// An epoch at one rate, from the other model's weights where there is one.
LossCourse courseOf(const Dataset& data, double rate, const Model* from, uint64_t seed) {
    test::TrainingSetup setup = test::setUp({.epochs = 1, .seed = seed}, data);
    if (from)
        orThrow(
            copyBetween(from->memory(), 0, setup.model->memory(), 0, from->states().sizeBytes()));
    setup.trainer->post({Command::Kind::SetLearningRate, rate});
    setup.trainer->post({Command::Kind::Start});
    setup.trainer->waitUntilIdle();
    const auto records = recordsOf(*setup.trainer);
    const auto events = eventsOf(*setup.trainer);
    return {records.at(0).loss, records.at(9).loss,
            std::any_of(events.begin(), events.end(),
                        [](const RunEvent& e) { return e.kind == EventKind::LossHasGrown; })};
}

/// The test loss with the states of a snapshot, every batch by a model of its own.
double testLossOf(const Dataset& data, const test::SmallRun& run, const Snapshot& states) {
    const test::TrainingSetup any = test::setUp(run, data);
    Loader loader(data.test, fedBytes(*any.model->training().front(), data.columns),
                  {.batch = run.batch, .shuffle = false});
    double loss = 0;
    for (int64_t i = 0; i < loader.batchesPerEpoch(); ++i) {
        const Batch batch = loader.next();
        const test::TrainingSetup fresh = test::setUp(run, data);
        takeOver(states, fresh.model->states(), fresh.model->memory());
        Member& member = fresh.model->evaluate(batch.size);
        feed(member, batch);
        member.executor->runAll();
        loss += member.executor->scalar("loss") * static_cast<double>(batch.size);
    }
    return loss / static_cast<double>(data.test.count);
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
        QCOMPARE(last->metricCount, 1);
        QVERIFY2(last->metrics[0] >= 0.97, fmt::format("accuracy {}", last->metrics[0]).c_str());
        QVERIFY(last->imagesPerSecond > 0);
    }

    // Between two evaluations the steps have used their memory, and within one the partial batch.
    void everyEpochIsEvaluatedWithItsWeights_data() {
        QTest::addColumn<QString>("network");
        QTest::addRow("lanes") << QString::fromStdString(test::lanesNetwork());
        QTest::addRow("residual") << QString::fromStdString(test::residualNetwork());
    }
    void everyEpochIsEvaluatedWithItsWeights() {
        QFETCH(QString, network);
        const Dataset data = test::barDataset(50, 40);
        std::vector<Snapshot> ends;
        test::SmallRun run{.network = network.toStdString(), .epochs = 3};
        run.checkpointEverySeconds = 0;
        run.save = [&](const Snapshot& snapshot) {
            const RunPosition& at = snapshot.position;
            if (at.batchInEpoch == 0 && at.epoch == static_cast<int64_t>(ends.size()) + 1)
                ends.push_back(snapshot);
            return Result<void>();
        };
        test::TrainingSetup setup = test::setUp(run, data);
        setup.trainer->post({Command::Kind::Start});
        setup.trainer->waitUntilIdle();
        QCOMPARE(ends.size(), size_t{3});
        size_t epoch = 0;
        for (const RunEvent& event : eventsOf(*setup.trainer))
            if (event.kind == EventKind::EpochDone)
                QCOMPARE(event.testLoss, testLossOf(data, run, ends.at(epoch++)));
        QCOMPARE(epoch, size_t{3});
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

    void aLossThatGrowsIsToldUnlessItIsBetterThanGuessing() {
        const Dataset data = test::barDataset(400, 100);
        const LossCourse astray = courseOf(data, 100, nullptr, 3);
        QVERIFY(astray.tenth > 10 * astray.first);
        QVERIFY(astray.isTold);
        QVERIFY(!courseOf(data, 0.05, nullptr, 3).isTold);

        // Weights that have learnt, and a wrong label here and there: batches differ a hundredfold.
        test::TrainingSetup learnt = test::setUp({.epochs = 12}, data);
        learnt.trainer->post({Command::Kind::Start});
        learnt.trainer->waitUntilIdle();
        Dataset noisy = data;
        std::vector<int32_t> labels = test::labelsOf(data.train);
        for (size_t i = 0; i < labels.size(); i += 24) labels[i] = (labels[i] + 1) % 10;
        noisy.train = test::labelledImages(test::pixelsOf(data.train), labels);
        int grown = 0;
        for (uint64_t seed = 1; seed <= 12; ++seed) {
            const LossCourse course = courseOf(noisy, 1e-6, learnt.model.get(), seed);
            if (course.tenth <= 10 * course.first || course.tenth > std::log(10)) continue;
            ++grown;
            QVERIFY(!course.isTold);
        }
        QVERIFY(grown > 0);
        // Whoever goes astray from there is told.
        const LossCourse ruined = courseOf(data, 3, learnt.model.get(), 3);
        QVERIFY(ruined.tenth > std::log(10) && ruined.isTold);
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
