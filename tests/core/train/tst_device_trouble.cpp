// SPDX-License-Identifier: Apache-2.0
// Training as an executor and its memory see it: in which pieces a step is asked for, and what
// comes of a device that fails. Truth: an executor that writes down what it is asked, and fails
// when told.
#include <QtTest/QtTest>

#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

Error gone() { return {"H04", "device 0: it does not answer", {}, {}, {}}; }

/// The memory of another, which fails at one write or read.
class ToldMemory final : public Memory {
  public:
    explicit ToldMemory(Memory& inner) : Memory(inner.sizeBytes()), m_inner(inner) {}

    Result<void> write(int64_t at, std::span<const std::byte> bytes) override {
        if (writes++ == failingWrite) return gone();
        return m_inner.write(at, bytes);
    }
    Result<void> read(int64_t at, std::span<std::byte> bytes) const override {
        if (reads++ == failingRead) return gone();
        return m_inner.read(at, bytes);
    }
    Result<void> copy(int64_t from, int64_t to, int64_t bytes) override {
        return m_inner.copy(from, to, bytes);
    }
    Result<void> fill(int64_t at, int64_t bytes, std::byte value) override {
        return m_inner.fill(at, bytes, value);
    }

    int failingWrite = -1, failingRead = -1;
    int writes = 0;
    mutable int reads = 0;

  private:
    Memory& m_inner;
};

/// Passes on what it is asked for.
class ToldExecutor final : public Executor {
  public:
    ToldExecutor(std::unique_ptr<Executor> inner, std::unique_ptr<ToldMemory> memory)
        : Executor(inner->tape(), *memory), told(std::move(memory)), m_inner(std::move(inner)) {}

    Result<void> run(int first, int last) override {
        if (std::ssize(runs) == failingRun) return gone();
        runs.emplace_back(first, last);
        return m_inner->run(first, last);
    }
    Result<void> wait() override { return m_inner->wait(); }
    void statesChanged() override { m_inner->statesChanged(); }

    std::unique_ptr<ToldMemory> told;
    std::vector<std::pair<int, int>> runs;
    int failingRun = -1;

  private:
    std::unique_ptr<Executor> m_inner;
};

/// Sets itself in the place of a member's executor.
ToldExecutor& tell(Member& member) {
    auto memory = std::make_unique<ToldMemory>(member.executor->memory());
    auto told = std::make_unique<ToldExecutor>(std::move(member.executor), std::move(memory));
    ToldExecutor& executor = *told;
    member.executor = std::move(told);
    return executor;
}

/// A run of five steps an epoch, of which one executor is told.
struct ToldRun {
    Dataset data = test::barDataset(16 * 5, 16);
    ToldExecutor* executor = nullptr;
    int firstUpdate = 0;
    test::TrainingSetup setup;

    explicit ToldRun(Mode mode = Mode::Train) {
        const auto replace = [&](Model& model) {
            executor = &tell(model.member(mode, 16));
            firstUpdate = model.train(16).firstUpdate;
        };
        setup = test::setUp({.epochs = 1, .beforeTrainer = replace}, data);
    }
    Trainer& trainer() { return *setup.trainer; }
    void train() {
        trainer().post({Command::Kind::Start});
        trainer().waitUntilIdle();
    }
};

}  // namespace

class DeviceTroubleTest : public QObject {
    Q_OBJECT

    static void checkFailed(ToldRun& run, int64_t stepsDone) {
        QCOMPARE(run.trainer().state(), TrainerState::Failed);
        QCOMPARE(run.trainer().failure().code, std::string("H04"));
        QCOMPARE(run.trainer().failure().message, gone().message);
        QVERIFY(!run.trainer().failure().kept.empty());
        QCOMPARE(run.trainer().position().step, stepsDone);
        int broken = 0;
        for (RunEvent event; run.setup.reports->nextEvent(event);)
            broken += event.kind == EventKind::Broken ? 1 : 0;
        QCOMPARE(broken, 1);
        run.trainer().quit();
    }

  private slots:
    void aStepThatNobodyWatchesRunsInTwoPieces() {
        ToldRun run;
        run.train();
        QCOMPARE(run.trainer().state(), TrainerState::Finished);
        QCOMPARE(run.executor->runs.size(), size_t{10});
        const int entries = run.executor->entries();
        QVERIFY(0 < run.firstUpdate && run.firstUpdate < entries);
        for (size_t i = 0; i < run.executor->runs.size(); i += 2) {
            QCOMPARE(run.executor->runs[i], std::pair(0, run.firstUpdate));
            QCOMPARE(run.executor->runs[i + 1], std::pair(run.firstUpdate, entries));
        }
    }

    void whoLooksAtEveryValueRunsEntryByEntry() {
        ToldRun run;
        test::setStops(run.trainer(), {.nonFinite = NonFiniteWatch::EveryValue});
        run.train();
        QCOMPARE(run.trainer().state(), TrainerState::Finished);
        const auto entries = static_cast<size_t>(run.executor->entries());
        QCOMPARE(run.executor->runs.size(), 5 * entries);
        for (const auto& [first, last] : run.executor->runs) QCOMPARE(last, first + 1);
    }

    void aDeviceThatFailsEndsTheRun_data() {
        QTest::addColumn<int>("failingRun");
        QTest::addColumn<int>("stepsDone");
        QTest::newRow("at once") << 0 << 0;
        QTest::newRow("in the forward part") << 4 << 2;
        QTest::newRow("in an update") << 7 << 3;
    }
    void aDeviceThatFailsEndsTheRun() {
        QFETCH(int, failingRun);
        QFETCH(int, stepsDone);
        ToldRun run;
        run.executor->failingRun = failingRun;
        run.train();
        checkFailed(run, stepsDone);
    }

    void soDoesOneThatFailsInAnEvaluation() {
        ToldRun run(Mode::Evaluate);
        run.executor->failingRun = 0;
        run.train();
        checkFailed(run, 5);
    }

    void soDoesMemoryThatFails_data() {
        QTest::addColumn<int>("failingWrite");
        QTest::addColumn<int>("failingRead");
        QTest::newRow("a batch") << 0 << -1;
        QTest::newRow("a step's numbers") << 2 << -1;
        QTest::newRow("the loss") << -1 << 0;
        QTest::newRow("the gradient norm") << -1 << 1;
    }
    void soDoesMemoryThatFails() {
        QFETCH(int, failingWrite);
        QFETCH(int, failingRead);
        ToldRun run;
        run.executor->told->failingWrite = failingWrite;
        run.executor->told->failingRead = failingRead;
        run.train();
        checkFailed(run, 0);
    }
};

QTEST_GUILESS_MAIN(DeviceTroubleTest)
#include "tst_device_trouble.moc"
