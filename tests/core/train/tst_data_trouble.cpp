// SPDX-License-Identifier: Apache-2.0
// Examples that cannot be read while a run trains: it ends with their name and saves what was
// learnt, or others stand in their places and the run's bits are the same whoever read first.
// Truth: the same run over data that were all in memory.
#include <QtTest>

#include <set>

#include "core/data/read_examples.h"
#include "tests/support/example_sets.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

constexpr int64_t trained = 100, tested = 40, imageBytes = 144;

struct Breakage {
    std::set<int64_t> broken = {};
    bool passesOver = false;
    int threads = 0;
};

/// The bars, read one by one. `broken` counts test examples on from those that are trained on.
Dataset barsFrom(const Breakage& breakage) {
    const Dataset bars = test::barDataset(trained, tested);
    Dataset data = bars;
    ReadExamples::Options options{.readBytes = {imageBytes}};
    std::vector<int32_t> labels = test::labelsOf(bars.train);
    for (const int32_t label : test::labelsOf(bars.test)) labels.push_back(label);
    options.numbers = std::make_shared<StoredExamples>();
    options.numbers->addNumbers<int32_t>(labels);
    for (size_t i = 0; i < labels.size(); ++i)
        options.groups.push_back(static_cast<int32_t>(i % 5));
    options.passesOver = breakage.passesOver;
    options.threads = breakage.threads;
    options.name = [](int64_t index) { return fmt::format("{}.png", index); };
    options.read = [bars, broken = breakage.broken](int64_t index,
                                                    std::span<std::byte> record) -> Result<void> {
        if (broken.contains(index))
            return Error{"M02", fmt::format("{}.png: its data are damaged", index), {}, {}, {}};
        const auto value =
            index < trained ? bars.train.value(0, index) : bars.test.value(0, index - trained);
        std::ranges::copy(value, record.begin());
        return {};
    };
    const std::shared_ptr<RecordCache> cache =
        RecordCache::create(trained + tested, imageBytes, {.memoryBytes = 1 << 20}).value();
    options.count = trained;
    data.train = {trained, ReadExamples::create(cache, options), 0};
    options.first = trained;
    options.count = tested;
    data.test = {tested, ReadExamples::create(cache, options), 0};
    return data;
}

struct Ended {
    TrainerState state = TrainerState::Idle;
    Error failure;
    int64_t saved = -1, steps = 0;  ///< of the last checkpoint; all that were made
    std::vector<std::byte> states;
    std::vector<Error> remarks;
};

Ended train(const Dataset& data) {
    Ended ended;
    test::SmallRun run{.epochs = 2};
    run.save = [&](const Snapshot& snapshot) -> Result<void> {
        ended.saved = snapshot.position.step;
        return {};
    };
    test::TrainingSetup setup = test::setUp(run, data);
    setup.trainer->post({Command::Kind::Start});
    setup.trainer->waitUntilIdle();
    ended.state = setup.trainer->state();
    if (ended.state == TrainerState::Failed) ended.failure = setup.trainer->failure();
    for (StepRecord record; setup.reports->nextRecord(record);) ended.steps = record.step;
    ended.states = test::stateBytes(*setup.model);
    ended.remarks = setup.reports->remarks();
    return ended;
}

}  // namespace

class DataTroubleTest : public QObject {
    Q_OBJECT

  private slots:
    void dataThatAreReadTrainAsThoseInMemory() {
        const Ended read = train(barsFrom({.threads = 2}));
        QCOMPARE(read.state, TrainerState::Finished);
        QVERIFY(read.states == train(test::barDataset(trained, tested)).states);
        QVERIFY(read.remarks.empty());
    }

    void aTrainingExampleThatCannotBeReadEndsTheRun() {
        const Ended ended = train(barsFrom({.broken = {57}}));
        QCOMPARE(ended.state, TrainerState::Failed);
        QCOMPARE(ended.failure.code, std::string("M02"));
        QCOMPARE(ended.failure.message, std::string("57.png: its data are damaged"));
        QCOMPARE(ended.failure.kept, std::string("The run has stopped; its checkpoints are good."));
        QVERIFY(ended.steps < 7);  // it is met in the first epoch
        QCOMPARE(ended.saved, ended.steps);
    }

    void aTestExampleThatCannotBeReadEndsTheRun() {
        const Ended ended = train(barsFrom({.broken = {trained + 3}}));
        QCOMPARE(ended.state, TrainerState::Failed);
        QCOMPARE(ended.failure.message, std::string("103.png: its data are damaged"));
        QCOMPARE(ended.steps, int64_t{7});
    }

    void whatIsPassedOverIsToldOnceAndChangesNoBits() {
        const std::set<int64_t> broken{5, 57, trained + 3};
        const Ended one = train(barsFrom({.broken = broken, .passesOver = true}));
        QVERIFY2(one.state == TrainerState::Finished, one.failure.text().c_str());
        QVERIFY(one.states ==
                train(barsFrom({.broken = broken, .passesOver = true, .threads = 3})).states);
        QVERIFY(one.states != train(barsFrom({})).states);
        QCOMPARE(one.remarks.size(), size_t{2});
        QVERIFY(one.remarks[0].message.starts_with(
            "2 of 100 pictures cannot be read, the first: 5.png"));
        QVERIFY(one.remarks[1].message.starts_with(
            "1 of 40 pictures cannot be read, the first: 103.png"));
    }
};

QTEST_GUILESS_MAIN(DataTroubleTest)
#include "tst_data_trouble.moc"
