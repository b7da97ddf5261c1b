// SPDX-License-Identifier: Apache-2.0
// Training on the kernels for CUDA, with the trainer and the tapes of the CPU, on a run time of
// CUDA that is emulated on the host. Truth: the same run on the CPU within what other orders of
// sums make of it, and the same run on the device bit by bit, however it was stopped, stepped or
// watched.
#include <QtTest/QtTest>

#include <cmath>

#include "core/base/guard.h"
#include "core/base/rng.h"
#include "core/exec/stream_executor.h"
#include "core/templates/template.h"
#include "core/tensor/element.h"
#include "core/train/feed.h"
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
        if (isPlain) options.tape = StreamExecutor::tapeOptions();
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

    /// Nothing stops it: one piece before the first update, where the loss is looked at, and one
    /// behind it.
    void aStepIsTwoRecordings() {
        const SmallRun run = onDevice({.network = test::residualNetwork()});
        test::TrainingSetup setup = test::setUp(run, data());
        passageOf(setup);
        const auto& executor = static_cast<const StreamExecutor&>(*setup.model->train(16).executor);
        QCOMPARE(executor.recordings(), 2);
    }
};

QTEST_APPLESS_MAIN(TrainingOnDeviceTest)
#include "tst_training_on_device.moc"
