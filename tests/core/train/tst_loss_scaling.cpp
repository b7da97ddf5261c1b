// SPDX-License-Identifier: Apache-2.0
// Training with a scaled loss: on the CPU in f32, where a power of two changes no bit, and in fp16
// on a run time of CUDA that is emulated, where large gradients are infinite. Truth: the same run
// without a scale, the states before an update that is left out, and Adam's first step by hand.
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <dlfcn.h>

#include <cmath>

#include "core/base/guard.h"
#include "core/session/run_folder.h"
#include "core/tensor/element.h"
#include "core/train/loss_scaling.h"
#include "tests/device/emulated/faults.h"
#include "tests/support/emulated_device.h"
#include "tests/support/small_run.h"

using namespace vitrine;
using vitrine::test::SmallRun;

namespace {

constexpr double tooLarge = 1 << 22;  // gradients times this, or half of it, are over 65504

const Dataset& data() {
    static const Dataset set = test::barDataset(16 * 4 + 5, 20);  // five batches, the last partial
    return set;
}

struct Change {
    bool isScaled = true, isOnDevice = false;
    Clipping clipping = Clipping::Norm;
    int64_t accumulate = 1;
};

SmallRun changed(SmallRun run, Change change) {
    run.change = [change](ModelOptions& options, TrainSettings&) {
        options.recipe.scalesLoss = change.isScaled;
        options.recipe.clipping = change.clipping;
        options.recipe.accumulate = change.accumulate;
        if (change.isOnDevice)
            options.device =
                std::move(Device::open(*test::emulatedCuda().table, 0, kernels::ProductFormat::F16))
                    .value();
    };
    return run;
}

SmallRun inFp16(SmallRun run, int64_t accumulate = 1) {
    return changed(std::move(run), {.isOnDevice = true, .accumulate = accumulate});
}

double scaleOf(const Model& model) {
    const StateLayout::Item* item = model.states().find(lossScaleState);
    const HostView view = orThrow(model.memory().view(item->offset, item->bytes()));
    return readElement(view.data(), item->dtype, 0);
}

/// All that is kept but the scale.
std::vector<std::byte> learntBy(const Model& model) {
    std::vector<std::byte> bytes;
    for (const StateLayout::Item& item : model.states().items()) {
        if (item.name == lossScaleState) continue;
        const HostView view = orThrow(model.memory().view(item.offset, item.bytes()));
        bytes.insert(bytes.end(), view.bytes().begin(), view.bytes().end());
    }
    return bytes;
}

/// A run that starts with another scale.
test::TrainingSetup setUpWith(const SmallRun& run, double scale) {
    test::TrainingSetup setup = test::setUp(run, data());
    Snapshot start = setup.trainer->snapshot();
    for (SnapshotTensor& tensor : start.tensors)
        if (tensor.name == lossScaleState)
            writeElement(tensor.bytes.data(), tensor.dtype, 0, scale);
    if (!setup.trainer->restore(start)) qFatal("a run's own states fit");
    return setup;
}

struct Passage {
    std::vector<StepRecord> steps;
    std::vector<RunEvent> scales;  ///< what became of the scale
    EventKind end = EventKind::Paused;
};

Passage passageOf(test::TrainingSetup& setup) {
    Passage passage;
    setup.trainer->post({Command::Kind::Start});
    const auto isOver = [&] {
        const TrainerState state = setup.trainer->state();
        return state == TrainerState::Finished || state == TrainerState::Failed;
    };
    while (!isOver()) std::this_thread::yield();
    for (StepRecord record; setup.reports->nextRecord(record);) passage.steps.push_back(record);
    for (RunEvent event; setup.reports->nextEvent(event);) {
        if (event.kind == EventKind::UpdateLeftOut || event.kind == EventKind::LossScaleRaised)
            passage.scales.push_back(event);
        passage.end = event.kind;
    }
    return passage;
}

EmulatedCount counts() {
    void* const handle = dlopen(test::emulatedCuda().path.c_str(), RTLD_NOW | RTLD_NOLOAD);
    return reinterpret_cast<EmulatedCounts>(dlsym(handle, emulatedCountsSymbol))();
}

/// What each step asked of the run time.
struct CountedSteps {
    std::vector<std::pair<int64_t, int64_t>> steps;  ///< launches, reads
    static void begin(void* context) {
        static_cast<CountedSteps*>(context)->steps.emplace_back(counts().launches, counts().reads);
    }
    static void end(void* context) {
        auto& [launches, reads] = static_cast<CountedSteps*>(context)->steps.back();
        launches = counts().launches - launches;
        reads = counts().reads - reads;
    }
};

}  // namespace

class LossScalingTest : public QObject {
    Q_OBJECT

    static bool hasDevice() { return test::emulatedCuda().table != nullptr; }

  private slots:
    void aPowerOfTwoChangesNoBit_data() {
        QTest::addColumn<QString>("optimizer");
        QTest::addColumn<int>("clipping");
        QTest::addColumn<double>("limit");
        QTest::addColumn<int>("accumulate");
        const auto row = [](const char* optimizer, Clipping clipping, double limit, int batches) {
            QTest::addRow("%s, clipping %d at %g, %d batches", optimizer, int(clipping), limit,
                          batches)
                << optimizer << int(clipping) << limit << batches;
        };
        for (const char* optimizer : {"sgd", "adam"}) row(optimizer, Clipping::Norm, 0, 1);
        for (const Clipping clipping :
             {Clipping::Norm, Clipping::Value, Clipping::Layer, Clipping::Adaptive})
            row("sgd", clipping, 0.05, 1);
        row("sgd", Clipping::Norm, 0.05, 2);
        row("adam", Clipping::Value, 0.05, 2);
    }
    void aPowerOfTwoChangesNoBit() {
        QFETCH(QString, optimizer);
        QFETCH(int, clipping);
        QFETCH(double, limit);
        QFETCH(int, accumulate);
        const std::string by = optimizer.toStdString();
        const SmallRun run{
            .network = test::residualNetwork(), .epochs = 1, .clipNorm = limit, .optimizer = by};
        Change change{.isScaled = false,
                      .clipping = static_cast<Clipping>(clipping),
                      .accumulate = accumulate};
        test::TrainingSetup plain = test::setUp(changed(run, change), data());
        change.isScaled = true;
        test::TrainingSetup scaled = test::setUp(changed(run, change), data());
        const Passage wanted = passageOf(plain), found = passageOf(scaled);
        QCOMPARE(found.end, EventKind::Finished);
        QCOMPARE(found.steps.size(), wanted.steps.size());
        for (size_t i = 0; i < wanted.steps.size(); ++i)
            QCOMPARE(found.steps[i].gradNorm, wanted.steps[i].gradNorm);
        QVERIFY(learntBy(*scaled.model) == learntBy(*plain.model));
        QCOMPARE(scaleOf(*scaled.model), firstLossScale);
    }

    /// Whoever watches gradients sees those of the loss.
    void gradientsAreToldWithoutTheScale_data() {
        QTest::addColumn<int>("accumulate");
        for (int accumulate : {1, 2}) QTest::addRow("%d batches", accumulate) << accumulate;
    }
    void gradientsAreToldWithoutTheScale() {
        QFETCH(int, accumulate);
        std::vector<HistogramRecord> told[2];
        for (const bool isScaled : {false, true}) {
            const SmallRun run{.network = test::lanesNetwork(), .epochs = 1};
            test::TrainingSetup setup =
                test::setUp(changed(run, {.isScaled = isScaled, .accumulate = accumulate}), data());
            auto request = std::make_unique<SampleRequest>();
            request->gradients = true;
            setup.trainer->mail().samples.put(std::move(request));
            QCOMPARE(passageOf(setup).end, EventKind::Finished);
            for (HistogramRecord record; setup.trainer->mail().histograms.pop(record);)
                if (told[isScaled].empty() || record.step == told[isScaled].front().step)
                    told[isScaled].push_back(record);
        }
        QCOMPARE(told[true].size(), told[false].size());
        QVERIFY(told[true].size() > 5);
        for (size_t i = 0; i < told[true].size(); ++i) {
            QVERIFY(told[true][i].histogram.counts == told[false][i].histogram.counts);
            QCOMPARE(told[true][i].statistics.norm, told[false][i].statistics.norm);
            QCOMPARE(told[true][i].statistics.minimum, told[false][i].statistics.minimum);
        }
    }

    void growsAfterManyGoodUpdatesUpToALimit() {
        test::TrainingSetup setup = test::setUp(changed({}, {}), data());
        LossScaling scaling(*setup.model);
        scaling.read();
        ScaledUpdates updates;
        double wanted = firstLossScale;
        for (int i = 0; i < 10; ++i) {
            for (int64_t k = 1; k < LossScaling::goodUntilRaised; ++k)
                QVERIFY(!scaling.noteGood(updates));
            QCOMPARE(scaling.noteGood(updates), wanted < LossScaling::most);
            wanted = std::min(2 * wanted, LossScaling::most);
            QCOMPARE(scaleOf(*setup.model), wanted);
        }
        QVERIFY(scaling.noteBad(updates, true));
        QCOMPARE(scaleOf(*setup.model), LossScaling::most / 2);
        QCOMPARE(updates, (ScaledUpdates{.leftOut = 1}));
    }

    void checkpointsHaveScaleAndCounts() {
        test::TrainingSetup setup = setUpWith(changed({}, {}), 4096);
        Snapshot snapshot = setup.trainer->snapshot();
        snapshot.position.scaled = {.good = 1999, .leftOut = 7, .isSpoiled = true};
        const QTemporaryDir temporary;
        auto folder = RunFolder::make(temporary.filePath("run").toStdString());
        QVERIFY(folder.ok());
        RunIdentity identity;
        identity.seed = snapshot.seed;
        QVERIFY(folder->saveCheckpoint(snapshot, identity).ok());
        const auto found = folder->newestCheckpoint(identity);
        QVERIFY2(found.ok(), found.ok() ? "" : found.error().text().c_str());
        QCOMPARE(found->snapshot.position, snapshot.position);
        test::TrainingSetup resumed = test::setUp(changed({}, {}), data());
        QVERIFY(resumed.trainer->restore(found->snapshot).ok());
        QCOMPARE(scaleOf(*resumed.model), 4096.0);
    }

    /// sqrt's slope at 0 is infinite, whatever the scale.
    void whatNoScaleCuresEndsTheRun() {
        const SmallRun run{.network =
                               "x[1,12,12] -> flatten -> linear(out_features=10 "
                               "bias=false) as f -> sqrt -> cross_entropy(labels)",
                           .epochs = 5,
                           .parameters = {{.id = "f.weight", .init = InitKind::Zeros}}};
        test::TrainingSetup setup = test::setUp(changed(run, {}), data());
        const std::vector<std::byte> before = learntBy(*setup.model);
        const Passage passage = passageOf(setup);
        QCOMPARE(passage.end, EventKind::NonFiniteLoss);
        QCOMPARE(passage.steps.size(), size_t{17});  // 65536 is 2^16
        QCOMPARE(passage.scales.size(), size_t{16});
        QCOMPARE(passage.scales.back().number, 1.0);
        QVERIFY(learntBy(*setup.model) == before);
    }

    void aLossThatIsNoNumberIsNoMatterOfScale() {
        SmallRun run = changed({.network = test::lanesNetwork()}, {});
        run.change = [](ModelOptions& options, TrainSettings& settings) {
            options.recipe.scalesLoss = true;
            settings.learningRate = 1e30;
        };
        test::TrainingSetup setup = test::setUp(run, data());
        const Passage passage = passageOf(setup);
        QCOMPARE(passage.end, EventKind::NonFiniteLoss);
        QVERIFY(!std::isfinite(passage.steps.back().loss));
    }

    /// The first ones are left out: the scale is halved until gradients fit.
    void aScaleThatIsTooLargeIsFound() {
        if (!hasDevice()) QSKIP("this was built without CUDA");
        const SmallRun run = inFp16({.network = test::lanesNetwork()});
        test::TrainingSetup setup = setUpWith(run, tooLarge);
        const std::vector<std::byte> before = learntBy(*setup.model);
        QCOMPARE(test::carryOut(*setup.trainer, {Command::Kind::StepOne}).kind, EventKind::Paused);
        QVERIFY(learntBy(*setup.model) == before);
        QCOMPARE(scaleOf(*setup.model), tooLarge / 2);
        const Passage passage = passageOf(setup);
        QCOMPARE(passage.end, EventKind::Finished);
        const auto leftOut = static_cast<size_t>(std::ranges::count_if(
            passage.steps, [](const StepRecord& step) { return !std::isfinite(step.gradNorm); }));
        QVERIFY(leftOut >= 2);
        QCOMPARE(passage.scales.size() + 1, leftOut);
        for (size_t i = 0; i < passage.scales.size(); ++i) {
            QCOMPARE(passage.scales[i].kind, EventKind::UpdateLeftOut);
            QCOMPARE(passage.scales[i].number, std::ldexp(tooLarge, -static_cast<int>(i) - 2));
        }
        QVERIFY(learntBy(*setup.model) != before);
        QCOMPARE(setup.trainer->position().scaled.leftOut, static_cast<int64_t>(leftOut));
    }

    void watchedSteppedAndResumedRunsHaveTheSameBits() {
        if (!hasDevice()) QSKIP("this was built without CUDA");
        SmallRun run = inFp16({.network = test::lanesNetwork(), .optimizer = "adam"});
        test::TrainingSetup whole = setUpWith(run, tooLarge);
        const Passage passage = passageOf(whole);
        QVERIFY(passage.scales.size() >= 2);
        const std::vector<std::byte> wanted = test::stateBytes(*whole.model);

        test::TrainingSetup watched = setUpWith(run, tooLarge);
        test::setStops(*watched.trainer, {.nonFinite = NonFiniteWatch::EveryValue});
        QCOMPARE(passageOf(watched).end, EventKind::Finished);
        QVERIFY(test::stateBytes(*watched.model) == wanted);

        test::TrainingSetup stepped = setUpWith(run, tooLarge);
        const int entries = stepped.model->train(16).executor->entries();
        for (int i = 0; i < 3 * entries; ++i) {
            test::carryOut(*stepped.trainer, {Command::Kind::StepEntry});
        }
        QCOMPARE(passageOf(stepped).end, EventKind::Finished);
        QVERIFY(test::stateBytes(*stepped.model) == wanted);

        Snapshot last;
        run.save = [&](const Snapshot& snapshot) {
            last = snapshot;
            return Result<void>();
        };
        test::TrainingSetup first = setUpWith(run, tooLarge);
        for (int i = 0; i < 2; ++i) {
            test::carryOut(*first.trainer, {Command::Kind::StepOne});
        }
        QCOMPARE(test::carryOut(*first.trainer, {Command::Kind::Stop}).kind, EventKind::Stopped);
        QCOMPARE(last.position.scaled.leftOut, int64_t{2});
        test::TrainingSetup second = test::setUp(run, data());
        QVERIFY(second.trainer->restore(last).ok());
        QCOMPARE(passageOf(second).end, EventKind::Finished);
        QVERIFY(test::stateBytes(*second.model) == wanted);
    }

    /// Adam's first update moves each weight by the learning rate, its second would by less.
    void anUpdateThatIsLeftOutIsNoneOfAdams() {
        if (!hasDevice()) QSKIP("this was built without CUDA");
        const SmallRun run = inFp16({.network = test::lanesNetwork(), .optimizer = "adam"});
        test::TrainingSetup setup = setUpWith(run, tooLarge);
        const auto weights = [&] {
            const StateLayout::Item* item = setup.model->states().find("f2.weight");
            const HostView view = orThrow(setup.model->memory().view(item->offset, item->bytes()));
            std::vector<double> numbers;
            for (int64_t i = 0; i < item->shape.elements(); ++i)
                numbers.push_back(readElement(view.data(), item->dtype, i));
            return numbers;
        };
        const std::vector<double> before = weights();
        std::vector<double> after = before;
        for (int i = 0; i < 16 && after == before; ++i) {
            test::carryOut(*setup.trainer, {Command::Kind::StepOne});
            after = weights();
        }
        QVERIFY(setup.trainer->position().scaled.leftOut > 0);
        double moved = 0, rate = 0;
        for (size_t i = 0; i < before.size(); ++i)
            moved = std::max(moved, std::abs(after[i] - before[i]));
        for (StepRecord record; setup.reports->nextRecord(record);) rate = record.learningRate;
        QVERIFY2(std::abs(moved / rate - 1) < 0.01, fmt::format("{}", moved / rate).c_str());
    }

    /// The first batch of two is not finite: both are left out, and nothing of them is kept.
    void batchesThatAreAddedUpAreLeftOutTogether() {
        if (!hasDevice()) QSKIP("this was built without CUDA");
        test::TrainingSetup setup =
            setUpWith(inFp16({.network = test::lanesNetwork()}, 2), tooLarge);
        const std::vector<std::byte> before = learntBy(*setup.model);
        for (int i = 0; i < 2; ++i) {
            test::carryOut(*setup.trainer, {Command::Kind::StepOne});
            QCOMPARE(setup.trainer->position().scaled.isSpoiled, i == 0);
            QVERIFY(learntBy(*setup.model) == before);
            QCOMPARE(scaleOf(*setup.model), tooLarge / 2);
        }
        QCOMPARE(setup.trainer->position().scaled.leftOut, int64_t{1});
        QCOMPARE(passageOf(setup).end, EventKind::Finished);
        QVERIFY(learntBy(*setup.model) != before);
    }

    void aStepIsOneLaunchAndOneRead() {
        if (!hasDevice()) QSKIP("this was built without CUDA");
        const SmallRun run = inFp16(
            {.network = test::lanesNetwork(), .epochs = 3, .clipNorm = 1, .optimizer = "adam"});
        test::TrainingSetup setup = test::setUp(run, data());
        CountedSteps counted;
        setup.trainer->setHooks({&counted, CountedSteps::begin, CountedSteps::end});
        QVERIFY(passageOf(setup).scales.empty());
        QCOMPARE(counted.steps.size(), size_t{15});
        for (size_t i : {1, 2, 3, 5, 6, 7, 8, 9, 10, 14}) {
            QCOMPARE(counted.steps[i].first, 1);
            QCOMPARE(counted.steps[i].second, 1);
        }
    }
};

QTEST_APPLESS_MAIN(LossScalingTest)
#include "tst_loss_scaling.moc"
