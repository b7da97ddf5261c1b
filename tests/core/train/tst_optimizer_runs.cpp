// SPDX-License-Identifier: Apache-2.0
// Every optimiser in a real run, planned and fused, in float32: it learns, the number of threads
// does not matter, and a run that was stopped and resumed ends with the same bits, slots included.
#include "tests/support/small_run.h"

using namespace vitrine;
using vitrine::test::SmallRun;

namespace {

const Dataset& data() {
    static const Dataset set = test::barDataset(16 * 9 + 5, 40);
    return set;
}

std::vector<std::byte> undisturbed(const SmallRun& run) {
    test::TrainingSetup setup = test::setUp(run, data());
    setup.trainer->post({Command::Kind::Start});
    setup.trainer->waitUntilIdle();
    if (setup.trainer->state() != TrainerState::Finished) return {};
    return test::stateBytes(*setup.model);
}

std::vector<std::byte> resumedAfter(int steps, SmallRun run) {
    Snapshot last;
    run.save = [&](const Snapshot& snapshot) {
        last = snapshot;
        return Result<void>();
    };
    {
        test::TrainingSetup setup = test::setUp(run, data());
        for (int i = 0; i < steps; ++i)
            static_cast<void>(test::carryOut(*setup.trainer, {Command::Kind::StepOne}));
        static_cast<void>(test::carryOut(*setup.trainer, {Command::Kind::Stop}));
    }
    test::TrainingSetup resumed = test::setUp(run, data());
    if (last.position.step != steps || !resumed.trainer->restore(last)) return {};
    resumed.trainer->post({Command::Kind::Start});
    resumed.trainer->waitUntilIdle();
    return test::stateBytes(*resumed.model);
}

}  // namespace

class OptimizerRunsTest : public QObject {
    Q_OBJECT

  private slots:
    void endsWithTheSameBits_data() {
        QTest::addColumn<QString>("optimizer");
        for (const OptimizerDescriptor* optimizer : allOptimizers())
            QTest::addRow("%s", optimizer->id.data()) << QString(optimizer->id.data());
    }
    void endsWithTheSameBits() {
        QFETCH(QString, optimizer);
        const std::string id = optimizer.toStdString();
        SmallRun run{.clipNorm = 0.5, .optimizer = id};
        const auto expected = undisturbed(run);
        QVERIFY2(!expected.empty(), "the run must finish with finite numbers");
        run.threads = 3;
        QVERIFY(undisturbed(run) == expected);
        QVERIFY(resumedAfter(7, run) == expected);
    }
};

QTEST_GUILESS_MAIN(OptimizerRunsTest)
#include "tst_optimizer_runs.moc"
