// SPDX-License-Identifier: Apache-2.0
// Training on the kernels for CUDA, with the trainer and the tapes of the CPU, on a run time of
// CUDA that is emulated on the host. Truth: the same run on the CPU within what other orders of
// sums make of it, and the same run on the device bit by bit, however it was stopped, stepped or
// watched.
#include <QtTest/QtTest>

#include <dlfcn.h>

#include <cmath>

#include "core/base/guard.h"
#include "core/base/rng.h"
#include "core/exec/stream_executor.h"
#include "core/graph/graph_text.h"
#include "core/templates/template.h"
#include "core/tensor/element.h"
#include "core/train/feed.h"
#include "core/train/fitting_batch.h"
#include "tests/device/emulated/faults.h"
#include "tests/support/counts.h"
#include "tests/support/emulated_device.h"
#include "tests/support/small_run.h"

using namespace vitrine;
using vitrine::test::SmallRun;

namespace {

std::shared_ptr<Device> emulated() {
    return std::move(Device::open(*test::emulatedCuda().table)).value();
}

const Dataset& data() {
    static const Dataset set = test::barDataset(16 * 4 + 5, 40);  // five batches, the last partial
    return set;
}

SmallRun onDevice(SmallRun run) {
    run.change = [](ModelOptions& options, TrainSettings&) { options.device = emulated(); };
    return run;
}

struct Passage {
    std::vector<StepRecord> steps;
    double testLoss = 0;
    std::vector<std::byte> states;
    EventKind end = EventKind::Paused;
};

Passage passageOf(test::TrainingSetup& setup) {
    Passage passage;
    setup.trainer->post({Command::Kind::Start});
    setup.trainer->waitUntilIdle();
    for (StepRecord record; setup.reports->nextRecord(record);) passage.steps.push_back(record);
    for (RunEvent event; setup.reports->nextEvent(event);) {
        if (event.kind == EventKind::EpochDone) passage.testLoss = event.testLoss;
        passage.end = event.kind;
    }
    passage.states = test::stateBytes(*setup.model);
    return passage;
}

Passage passageOf(const SmallRun& run) {
    test::TrainingSetup setup = test::setUp(run, data());
    return passageOf(setup);
}

bool isNear(double a, double b, double share) {
    return std::abs(a - b) <= share * std::max(std::abs(a), std::abs(b));
}

/// One training step of a template on numbers of its own.
class TemplateStep {
  public:
    /// `isPlain`: on the CPU, with the kernels that define what is right.
    TemplateStep(const char* id, std::shared_ptr<Device> device, bool isPlain = false) {
        const TemplateDescriptor& form = *findTemplate(id);
        const Graph graph = std::move(form.build(Attrs(form.fields))).value();
        ModelOptions options{.batch = 2, .device = std::move(device)};
        if (isPlain) options.tape = StreamExecutor::plainOptions();
        options.recipe.optimizer = findOptimizer("sgd");
        options.recipe.optimizerFields = Attrs(options.recipe.optimizer->fields);
        m_model = std::move(Model::compile(graph, {{Mode::Train, 2}}, options)).value();
        m_model->initialise(7);
        Member& member = m_model->train(2);
        for (const DataSlot& slot : member.data) fill(*member.tape, slot);
        writeNumbers(member, {.learningRate = 0.1, .seed = 7}, DType::F32);
        member.executor->runAll();
        orThrow(member.executor->wait());
    }

    double scalar(const char* output) { return m_model->train(2).executor->scalar(output); }
    const StateLayout& states() const { return m_model->states(); }
    std::vector<double> state(const StateLayout::Item& item) const {
        const auto view = orThrow(m_model->memory().view(item.offset, item.bytes()));
        std::vector<double> numbers;
        for (int64_t i = 0; i < item.shape.elements(); ++i)
            numbers.push_back(readElement(view.data(), item.dtype, i));
        return numbers;
    }

  private:
    void fill(const Tape& tape, const DataSlot& slot) {
        const TensorType& type = tape.value(slot.value).type;
        Rng rng(11, RngStream::Test, static_cast<uint64_t>(slot.at));
        std::vector<std::byte> bytes(static_cast<size_t>(slot.bytes));
        Rng numbers(11, RngStream::Test);
        for (int64_t i = 0; i < type.shape.elements(); ++i)
            writeElement(bytes.data(), type.dtype, i,
                         isFloat(type.dtype) ? numbers.uniform(-1, 1)
                                             : static_cast<double>(numbers.below(2)));
        orThrow(m_model->memory().write(slot.at, bytes));
    }

    std::unique_ptr<Model> m_model;
};

template <class Function>
Function ofEmulated(const char* symbol) {
    void* const handle = dlopen(test::emulatedCuda().path.c_str(), RTLD_NOW | RTLD_NOLOAD);
    return reinterpret_cast<Function>(dlsym(handle, symbol));
}
EmulatedCount counts() { return ofEmulated<EmulatedCounts>(emulatedCountsSymbol)(); }

/// On a device with 64 MiB.
Result<void> compilesInLittleRoom(int64_t batch, int64_t accumulate = 1) {
    const auto setRoom = ofEmulated<EmulatedRoom>(emulatedRoomSymbol);
    setRoom(int64_t{64} << 20);
    auto graph = graphFromText(test::residualNetwork());
    ModelOptions options{.batch = batch, .device = emulated()};
    options.recipe.optimizer = findOptimizer("adam");
    options.recipe.optimizerFields = Attrs(options.recipe.optimizer->fields);
    options.recipe.accumulate = accumulate;
    std::vector<Variant> variants = {{Mode::Train, batch}};
    if (accumulate > 1) variants.push_back({Mode::Accumulate, batch});
    const auto model = Model::compile(*graph, variants, options);
    setRoom(int64_t{1} << 30);
    if (!model) return model.error();
    return {};
}

/// What each step asked of the run time.
struct CountedSteps {
    std::vector<EmulatedCount> steps;
    static void begin(void* context) {
        static_cast<CountedSteps*>(context)->steps.push_back(counts());
    }
    static void end(void* context) {
        EmulatedCount& step = static_cast<CountedSteps*>(context)->steps.back();
        step.launches = counts().launches - step.launches;
        step.reads = counts().reads - step.reads;
    }
};

/// What updates change: parameters, and what the optimiser keeps of them.
std::vector<std::byte> weightsOf(const Model& model) {
    std::vector<std::byte> bytes;
    for (const StateLayout::Item& item : model.states().items()) {
        if (item.kind != StateKind::Parameter && item.kind != StateKind::Slot) continue;
        const auto view = orThrow(model.memory().view(item.offset, item.bytes()));
        bytes.insert(bytes.end(), view.bytes().begin(), view.bytes().end());
    }
    return bytes;
}

void rowsOfOptimizers() {
    QTest::addColumn<QString>("optimizer");
    for (const char* id : {"sgd", "adam", "rmsprop", "lamb", "muon"}) QTest::newRow(id) << id;
}

}  // namespace

class TrainingOnDeviceTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        if (!test::emulatedCuda().table) QSKIP("this was built without CUDA");
    }

    void takesTheCourseOfTheCpu_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<QString>("optimizer");
        for (const char* optimizer : {"sgd", "adamw", "rmsprop", "lamb"}) {
            QTest::addRow("lanes, %s", optimizer)
                << QString::fromStdString(test::lanesNetwork()) << optimizer;
            QTest::addRow("residual, %s", optimizer)
                << QString::fromStdString(test::residualNetwork()) << optimizer;
            QTest::addRow("dropout, %s", optimizer)
                << QString::fromStdString(test::dropoutNetwork()) << optimizer;
        }
    }
    void takesTheCourseOfTheCpu() {
        QFETCH(QString, network);
        QFETCH(QString, optimizer);
        const std::string text = network.toStdString(), by = optimizer.toStdString();
        const SmallRun run{.network = text, .clipNorm = 1, .optimizer = by};
        const Passage cpu = passageOf(run), device = passageOf(onDevice(run));
        QCOMPARE(device.end, EventKind::Finished);
        QCOMPARE(device.steps.size(), cpu.steps.size());
        for (size_t i = 0; i < cpu.steps.size(); ++i) {
            const double share = i == 0 ? 1e-5 : 2e-3;  // differences grow with the steps
            QVERIFY2(isNear(cpu.steps[i].loss, device.steps[i].loss, share),
                     fmt::format("step {}: {} and {}", i, cpu.steps[i].loss, device.steps[i].loss)
                         .c_str());
            QVERIFY(isNear(cpu.steps[i].gradNorm, device.steps[i].gradNorm, 10 * share));
        }
        QVERIFY(isNear(cpu.testLoss, device.testLoss, 5e-3));
    }

    void stepsOfTemplatesAreThoseOfTheCpu_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<bool>("isPlain");
        QTest::addColumn<double>("share");
        QTest::newRow("LeNet") << "bench_lenet" << true << 1e-5;
        QTest::newRow("ResNet-20") << "bench_resnet20" << true << 1e-4;
        // Plain loops would take long. Other sums open and close other gates of ReLU.
        QTest::newRow("VGG") << "bench_vgg" << false << 1e-4;
        QTest::newRow("MobileNetV2") << "bench_mobilenet" << false << 1e-2;
    }
    void stepsOfTemplatesAreThoseOfTheCpu() {
        QFETCH(QString, id);
        QFETCH(bool, isPlain);
        QFETCH(double, share);
        const std::string name = id.toStdString();
        TemplateStep cpu(name.c_str(), nullptr, isPlain), device(name.c_str(), emulated());
        QVERIFY(isNear(cpu.scalar("loss"), device.scalar("loss"), 1e-4));
        QVERIFY(isNear(cpu.scalar("grad_norm"), device.scalar("grad_norm"), 1e-3));
        int64_t states = 0;
        for (const StateLayout::Item& item : cpu.states().items()) {
            const auto wanted = cpu.state(item),
                       found = device.state(*device.states().find(item.name));
            double largest = 0, furthest = 0;
            for (size_t i = 0; i < wanted.size(); ++i) {
                largest = std::max(largest, std::abs(wanted[i]));
                furthest = std::max(furthest, std::abs(wanted[i] - found[i]));
            }
            QVERIFY2(furthest <= share * largest + 1e-6,
                     fmt::format("{}: {} of {}", item.name, furthest, largest).c_str());
            ++states;
        }
        test::printCount(states, fmt::format("device: states of a step of {} as on the CPU", name));
    }

    void givesTheSameBitsTwice_data() {
        QTest::addColumn<QString>("network");
        QTest::newRow("lanes") << QString::fromStdString(test::lanesNetwork());
        QTest::newRow("residual") << QString::fromStdString(test::residualNetwork());
        QTest::newRow("dropout") << QString::fromStdString(test::dropoutNetwork());
    }
    void givesTheSameBitsTwice() {
        QFETCH(QString, network);
        const SmallRun run = onDevice({.network = network.toStdString(), .optimizer = "adam"});
        QVERIFY(passageOf(run).states == passageOf(run).states);
    }

    /// Entry by entry, with every value looked at, nothing comes from a recording.
    void watchedRunsGiveTheSameBits() {
        const SmallRun run = onDevice({.network = test::residualNetwork()});
        const Passage recorded = passageOf(run);
        test::TrainingSetup setup = test::setUp(run, data());
        test::setStops(*setup.trainer, {.nonFinite = NonFiniteWatch::EveryValue});
        QVERIFY(passageOf(setup).states == recorded.states);
    }

    void steppedRunsGiveTheSameBits() {
        const SmallRun run = onDevice({.network = test::lanesNetwork(), .epochs = 1});
        const Passage recorded = passageOf(run);
        test::TrainingSetup setup = test::setUp(run, data());
        for (int i = 0; i < 5; ++i)
            QCOMPARE(test::carryOut(*setup.trainer, {Command::Kind::StepEntry}).kind,
                     EventKind::Paused);
        QCOMPARE(test::carryOut(*setup.trainer, {Command::Kind::StepBack}).kind, EventKind::Paused);
        QCOMPARE(test::carryOut(*setup.trainer, {Command::Kind::Continue}).kind,
                 EventKind::Finished);
        QVERIFY(test::stateBytes(*setup.model) == recorded.states);
    }

    void resumedRunsGiveTheSameBits() {
        SmallRun run = onDevice({.network = test::dropoutNetwork(), .optimizer = "adam"});
        const Passage whole = passageOf(run);
        Snapshot last;
        run.save = [&](const Snapshot& snapshot) {
            last = snapshot;
            return Result<void>();
        };
        {
            test::TrainingSetup first = test::setUp(run, data());
            for (int i = 0; i < 3; ++i) test::carryOut(*first.trainer, {Command::Kind::StepOne});
            QCOMPARE(test::carryOut(*first.trainer, {Command::Kind::Stop}).kind,
                     EventKind::Stopped);
        }
        test::TrainingSetup second = test::setUp(run, data());
        QVERIFY(second.trainer->restore(last).ok());
        QVERIFY(passageOf(second).states == whole.states);
    }

    /// Nothing stops it: loss and norms wait on the device until they are read behind the step.
    void aStepIsOneLaunchAndOneRead_data() { rowsOfOptimizers(); }
    void aStepIsOneLaunchAndOneRead() {
        QFETCH(QString, optimizer);
        const std::string by = optimizer.toStdString();
        const SmallRun run = onDevice(
            {.network = test::residualNetwork(), .epochs = 3, .clipNorm = 1, .optimizer = by});
        test::TrainingSetup setup = test::setUp(run, data());
        CountedSteps counted;
        setup.trainer->setHooks({&counted, CountedSteps::begin, CountedSteps::end});
        passageOf(setup);
        const auto& executor = static_cast<const StreamExecutor&>(*setup.model->train(16).executor);
        QCOMPARE(executor.recordings(), 1);
        // Launched, recorded, then run from the recording; the smaller last batch is on its third
        // turn by the third epoch alone.
        QCOMPARE(counted.steps.size(), size_t{15});
        for (size_t i : {1, 2, 3, 5, 6, 7, 8, 9, 10, 14}) {
            QCOMPARE(counted.steps[i].launches, 1);
            QCOMPARE(counted.steps[i].reads, 1);
        }
    }

    void lossesOfAnEvaluationAreOneRead() {
        const SmallRun run = onDevice({.network = R"(
            x[1,12,12] -> flatten as f
            f -> linear(out_features=10) as a -> cross_entropy(labels) as first
            f -> linear(out_features=10) as b -> cross_entropy(labels) as second)"});
        test::TrainingSetup setup = test::setUp(run, data());
        const Member& member = setup.model->evaluate(16);
        QCOMPARE(member.losses.size(), size_t{2});
        for (int again = 0; again < 3; ++again) {
            member.executor->runAll();
            const int64_t before = counts().reads;
            const double first = member.executor->number(member.losses[0]);
            const double second = member.executor->number(member.losses[1]);
            QVERIFY(first > 0 && second > 0);
            QVERIFY(isNear(member.executor->scalar("loss"), first + second, 1e-6));
            QCOMPARE(counts().reads - before, 1);
        }
    }

    /// By the device itself, in the same one launch.
    void entriesAreTimed_data() {
        QTest::addColumn<bool>("readsToo");
        QTest::newRow("times alone") << false;
        QTest::newRow("in turns with gradients") << true;
    }
    void entriesAreTimed() {
        QFETCH(bool, readsToo);
        // Samples come after a twentieth of a second of training at the soonest.
        const SmallRun run = onDevice({.network = test::residualNetwork(), .epochs = 5});
        const Passage plain = passageOf(run);
        const int64_t eventsBefore = counts().events;
        test::TrainingSetup setup = test::setUp(run, data());
        const int64_t eventsOfOthers = counts().events - eventsBefore;
        CountedSteps counted;
        setup.trainer->setHooks({&counted, CountedSteps::begin, CountedSteps::end});
        setup.trainer->mail().samples.put(std::make_unique<SampleRequest>(SampleRequest{
            .gradients = readsToo, .timings = true, .activations = {}, .budget = 1e9}));
        setup.trainer->wake();
        QElapsedTimer wall;
        wall.start();
        setup.trainer->post({Command::Kind::Start});
        setup.trainer->waitUntilIdle();
        const double most = static_cast<double>(wall.nsecsElapsed()) * 1e-9;
        QVERIFY(test::stateBytes(*setup.model) == plain.states);
        QVERIFY(counts().events > eventsBefore + eventsOfOthers);

        const Member& member = setup.model->train(16);
        const auto& executor = static_cast<const StreamExecutor&>(*member.executor);
        double sum = 0;
        for (int i = 0; i < executor.entries(); ++i) {
            const auto at = static_cast<size_t>(i);
            const double seconds = setup.trainer->mail().entrySeconds[at].load();
            const bool runs = executor.kernel(i).launch && !member.tape->entries[at].once;
            QVERIFY2((seconds > 0) == runs, qPrintable(QString::number(i)));
            sum += seconds;
        }
        QVERIFY(sum < most);
        // From the third epoch on all is recorded.
        for (size_t i = 14; !readsToo && i < counted.steps.size(); ++i) {
            QCOMPARE(counted.steps[i].launches, 1);
            QCOMPARE(counted.steps[i].reads, 1);
        }
        setup.trainer.reset();  // it uses the model
        setup.model.reset();
        QCOMPARE(counts().events, eventsBefore);
    }

    /// However many parameters there are. Adam's needs one more before it, for what the step makes
    /// of its moments.
    void allParametersAreUpdatedAtOnce_data() {
        QTest::addColumn<QString>("optimizer");
        QTest::addColumn<int>("launches");
        QTest::newRow("SGD") << "sgd" << 1;
        QTest::newRow("Adam") << "adam" << 2;
        QTest::newRow("AdamW") << "adamw" << 2;
    }
    void allParametersAreUpdatedAtOnce() {
        QFETCH(QString, optimizer);
        QFETCH(int, launches);
        const std::string by = optimizer.toStdString();
        test::TrainingSetup setup =
            test::setUp(onDevice({.network = test::residualNetwork(), .optimizer = by}), data());
        const Member& member = setup.model->train(16);
        QVERIFY(member.executor->entries() - member.firstUpdate > 5);
        const int64_t before = counts().launches;
        QVERIFY(member.executor->run(member.firstUpdate, member.executor->entries()).ok());
        QCOMPARE(counts().launches - before, launches);
    }

    /// Both that are named are, and not much more would fit.
    void tooLargeABatchSaysWhatFits() {
        const Result<void> compiled = compilesInLittleRoom(6000);
        QVERIFY(!compiled.ok());
        QCOMPARE(QString::fromStdString(compiled.error().code), QStringLiteral("H03"));
        const QRegularExpression numbers(
            QStringLiteral("^A batch of (\\d+) would fit. Batches of (\\d+) give the same updates "
                           "where (\\d+) of them are added up for one."));
        const auto found = numbers.match(QString::fromStdString(compiled.error().next));
        QVERIFY2(found.hasMatch(), compiled.error().next.c_str());
        const int64_t batch = found.captured(1).toLongLong();
        const int64_t part = found.captured(2).toLongLong();
        const int64_t parts = found.captured(3).toLongLong();
        QCOMPARE(part * parts, int64_t{6000});
        const auto fitting = fittingBatchOf(compiled.error());
        QVERIFY(fitting && fitting->batch == part && fitting->accumulate == parts);
        QVERIFY(compilesInLittleRoom(batch).ok());
        QVERIFY(compilesInLittleRoom(part, parts).ok());
        QVERIFY(!compilesInLittleRoom(batch * 5 / 4).ok());
    }

    /// The second step's loss is no number; its updates wait for one, on the device. Truth: the
    /// weights after one step of a run that nobody lets go on.
    void aStepThatFailsChangesNoWeight_data() { rowsOfOptimizers(); }
    void aStepThatFailsChangesNoWeight() {
        QFETCH(QString, optimizer);
        const std::string by = optimizer.toStdString();
        SmallRun run{.network = test::residualNetwork(), .optimizer = by};
        run.change = [](ModelOptions& options, TrainSettings& settings) {
            options.device = emulated();
            settings.learningRate = 1e30;
        };
        test::TrainingSetup one = test::setUp(run, data());
        QCOMPARE(test::carryOut(*one.trainer, {Command::Kind::StepOne}).kind, EventKind::Paused);
        test::TrainingSetup all = test::setUp(run, data());
        const Passage passage = passageOf(all);
        QCOMPARE(passage.end, EventKind::NonFiniteLoss);
        QCOMPARE(passage.steps.size(), size_t{2});
        QVERIFY(!std::isfinite(passage.steps[1].loss) || !std::isfinite(passage.steps[1].gradNorm));
        QVERIFY(weightsOf(*all.model) == weightsOf(*one.model));
    }
};

QTEST_APPLESS_MAIN(TrainingOnDeviceTest)
#include "tst_training_on_device.moc"
