// SPDX-License-Identifier: Apache-2.0
// The same bits, whatever the number of threads, and whether or not a run was stopped, resumed,
// stepped or watched. Truth is one undisturbed run on one thread.
#include "tests/support/small_run.h"

using namespace vitrine;
using vitrine::test::SmallRun;

namespace {

const Dataset& data() {
    static const Dataset set =
        test::barDataset(16 * 9 + 5, 40);  // ten batches an epoch, the last partial
    return set;
}

std::vector<std::byte> undisturbed(const SmallRun& run) {
    test::TrainingSetup setup = test::setUp(run, data());
    setup.trainer->post({Command::Kind::Start});
    setup.trainer->waitUntilIdle();
    return test::stateBytes(*setup.model);
}

struct NamedNetwork {
    const char* name;
    std::string (*text)();
};
constexpr std::array networks{NamedNetwork{"lanes", test::lanesNetwork},
                              NamedNetwork{"residual", test::residualNetwork},
                              NamedNetwork{"dropout", test::dropoutNetwork}};

void waitForNextPause(Trainer& trainer) {
    RunEvent event;
    for (;;) {
        while (test::reportsOf(trainer).nextEvent(event))
            if (event.kind == EventKind::Paused || event.kind == EventKind::Finished) return;
        std::this_thread::yield();
    }
}

}  // namespace

class ExactnessTest : public QObject {
    Q_OBJECT

  private slots:
    void threadsDoNotMatter_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("threads");
        for (const auto& [name, text] : networks)
            for (int threads : {2, 3, 4, 8})
                QTest::addRow("%s, %d threads", name, threads)
                    << QString::fromStdString(text()) << threads;
    }
    void threadsDoNotMatter() {
        QFETCH(QString, network);
        QFETCH(int, threads);
        SmallRun run{.network = network.toStdString()};
        const auto expected = undisturbed(run);
        run.threads = threads;
        QVERIFY(undisturbed(run) == expected);
    }

    void aStoppedAndResumedRunEndsTheSame_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("stopAfter");
        for (const auto& [name, text] : networks)
            for (int step : {1, 7, 10, 13})
                QTest::addRow("%s, after step %d", name, step)
                    << QString::fromStdString(text()) << step;
    }
    void aStoppedAndResumedRunEndsTheSame() {
        QFETCH(QString, network);
        QFETCH(int, stopAfter);
        SmallRun run{.network = network.toStdString(), .clipNorm = 0.5, .optimizer = "adam"};
        const auto expected = undisturbed(run);
        Snapshot last;
        run.save = [&](const Snapshot& snapshot) {
            last = snapshot;
            return Result<void>();
        };
        {
            test::TrainingSetup setup = test::setUp(run, data());
            for (int i = 0; i < stopAfter; ++i) {
                setup.trainer->post({Command::Kind::StepOne});
                waitForNextPause(*setup.trainer);
            }
            setup.trainer->post({Command::Kind::Stop});
            while (setup.trainer->state() != TrainerState::Stopped) std::this_thread::yield();
        }
        QCOMPARE(last.position.step, int64_t{stopAfter});
        run.threads = 3;
        test::TrainingSetup resumed = test::setUp(run, data());
        QVERIFY(resumed.trainer->restore(last).ok());
        resumed.trainer->post({Command::Kind::Start});
        resumed.trainer->waitUntilIdle();
        QVERIFY(test::stateBytes(*resumed.model) == expected);
    }

    /// Keys decide, not names: of starts, of dropout, and of what a snapshot's tensors are.
    void namesDoNotMatter_data() { aWatchedRunEndsTheSame_data(); }
    void namesDoNotMatter() {
        QFETCH(QString, network);
        SmallRun run{.network = network.toStdString(), .clipNorm = 0.5, .optimizer = "adam"};
        const auto expected = undisturbed(run);
        test::TrainingSetup setup = test::setUp(run, data());
        for (int i = 0; i < 7; ++i) {
            setup.trainer->post({Command::Kind::StepOne});
            waitForNextPause(*setup.trainer);
        }
        const Snapshot before = setup.trainer->snapshot();
        run.renamesNodes = true;
        QVERIFY(undisturbed(run) == expected);
        test::TrainingSetup resumed = test::setUp(run, data());
        QVERIFY(resumed.model->states().items()[0].name != before.tensors[0].name);
        QVERIFY(missingIn(before, resumed.model->states()).empty());
        QVERIFY(resumed.trainer->restore(before).ok());
        resumed.trainer->post({Command::Kind::Start});
        resumed.trainer->waitUntilIdle();
        QVERIFY(test::stateBytes(*resumed.model) == expected);
    }

    void aWatchedRunEndsTheSame_data() {
        QTest::addColumn<QString>("network");
        for (const auto& [name, text] : networks)
            QTest::addRow("%s", name) << QString::fromStdString(text());
    }
    void aWatchedRunEndsTheSame() {
        QFETCH(QString, network);
        SmallRun run{.network = network.toStdString()};
        const auto expected = undisturbed(run);
        test::TrainingSetup setup = test::setUp(run, data());
        Trainer& trainer = *setup.trainer;
        for (int i = 0; i < 150; ++i) {  // some steps entry by entry, all results read in between
            trainer.post({Command::Kind::StepEntry});
            waitForNextPause(trainer);
            const Executor& executor = *setup.model->train(16).executor;
            if (trainer.entry() > 0)
                (void)executor.contents(
                    executor.tape().entries[static_cast<size_t>(trainer.entry() - 1)].instr.out[0]);
        }
        trainer.post({Command::Kind::Continue});
        trainer.post({Command::Kind::Pause});
        waitForNextPause(trainer);
        trainer.post({Command::Kind::Continue});
        while (trainer.state() != TrainerState::Finished) std::this_thread::yield();
        QVERIFY(test::stateBytes(*setup.model) == expected);
    }

    void theSeedMatters() {
        SmallRun run;
        const auto one = undisturbed(run);
        run.seed = 4;
        QVERIFY(undisturbed(run) != one);
    }
};

QTEST_GUILESS_MAIN(ExactnessTest)
#include "tst_exactness.moc"
