// SPDX-License-Identifier: Apache-2.0
// Breakpoints on nodes, and the search for the entry that made the first number that is not finite.
#include <map>

#include "core/exec/tape_places.h"
#include "tests/support/small_run.h"

using namespace vitrine;
using test::carryOut;
using test::TrainingSetup;
using Kind = Command::Kind;

namespace {

const Dataset& data() {
    static const Dataset set = test::barDataset(16 * 6, 0);
    return set;
}

std::string logNetwork() {
    return "x[1,12,12] -> conv2d(out_channels=3 kernel=3 padding=1) as c1 -> log as l1\n"
           "-> flatten -> linear(out_features=10) as f1 -> cross_entropy(labels)";
}

SnapshotTensor filled(const std::string& name, Shape shape, float number) {
    SnapshotTensor tensor{name, DType::F32, shape, {}};
    const std::vector<float> numbers(static_cast<size_t>(shape.elements()), number);
    const auto* bytes = reinterpret_cast<const std::byte*>(numbers.data());
    tensor.bytes.assign(bytes, bytes + numbers.size() * sizeof(float));
    return tensor;
}

/// The network of a log whose operand is about 2 everywhere.
TrainingSetup logRun() {
    TrainingSetup setup = test::setUp({.network = logNetwork()}, data());
    Snapshot positive;
    positive.tensors = {filled("c1.weight", Shape{3, 1, 3, 3}, 0.01f),
                        filled("c1.bias", Shape{3}, 2)};
    if (setup.trainer->takeOver(positive) != 2) qFatal("the tensors fit");
    return setup;
}

ValueId stateNamed(const Tape& tape, const std::string& name) {
    for (const TapeState& state : tape.states)
        if (state.name == name) return state.in;
    qFatal("no state %s", name.c_str());
}

Command edit(ValueId value, int64_t element, double number) {
    return {.kind = Kind::EditValue, .number = number, .value = value, .element = element};
}

void watchRows() {
    QTest::addColumn<NonFiniteWatch>("watch");
    QTest::newRow("every value") << NonFiniteWatch::EveryValue;
    QTest::newRow("loss") << NonFiniteWatch::Loss;
}

const Instr& instrAt(Trainer& trainer, int entry) {
    return trainer.presentTape()->entries[static_cast<size_t>(entry)].instr;
}

}  // namespace

class StopPointsTest : public QObject {
    Q_OBJECT

  private slots:
    void breaksBeforeANode_data() {
        QTest::addColumn<std::string>("network");
        QTest::addColumn<std::string>("node");
        QTest::addColumn<bool>("backward");
        const auto row = [](const char* name, const std::string& network, const char* node) {
            for (bool backward : {false, true})
                QTest::addRow("%s, %s, %s", name, node, backward ? "backward" : "forward")
                    << network << std::string(node) << backward;
        };
        row("lanes", test::lanesNetwork(), "c1");
        row("lanes", test::lanesNetwork(), "c2");
        row("lanes", test::lanesNetwork(), "relu");
        row("residual", test::residualNetwork(), "b2");
        row("residual", test::residualNetwork(), "r2");
        row("dropout", test::dropoutNetwork(), "f1");
    }
    void breaksBeforeANode() {
        QFETCH(std::string, network);
        QFETCH(std::string, node);
        QFETCH(bool, backward);
        TrainingSetup setup = test::setUp({.network = network}, data());
        Trainer& trainer = *setup.trainer;
        const int entry = firstEntryOf(*trainer.presentTape(), node, backward);
        QVERIFY(entry >= 0);
        const auto& origins = instrAt(trainer, entry).origins;
        QVERIFY(std::find(origins.begin(), origins.end(), node) != origins.end());
        QCOMPARE(instrAt(trainer, entry).phase == Phase::Backward, backward);

        test::setStops(trainer, {.breakpoints = {{node, backward}, {"nowhere", false}}});
        for (int64_t step = 0; step < 3; ++step) {  // once in each step
            const RunEvent event = carryOut(trainer, {Kind::Start});
            QCOMPARE(event.kind, EventKind::BreakpointHit);
            QCOMPARE(event.entry, entry);
            QCOMPARE(event.step, step);
            QCOMPARE(trainer.stopPoint().canStepBack, entry > 0);
        }
        test::setStops(trainer, {});
        QCOMPARE(carryOut(trainer, {Kind::Start}).kind, EventKind::Finished);
    }

    void breaksAtANodeThatWasFusedAway() {
        TrainingSetup setup = test::setUp({}, data());
        Trainer& trainer = *setup.trainer;
        test::setStops(trainer, {.breakpoints = {{"relu2", false}}});
        const RunEvent event = carryOut(trainer, {Kind::Start});
        QCOMPARE(event.kind, EventKind::BreakpointHit);
        // Before the weight is packed: one that is changed here counts.
        QCOMPARE(std::string(instrAt(trainer, event.entry).op->id), std::string("pack"));
        const Instr& instr = instrAt(trainer, event.entry + 1);
        QCOMPARE(std::string(instr.op->id), std::string("conv2d"));
        QVERIFY(!instr.epilogue.empty());
        QCOMPARE(event.entry, firstEntryOf(*trainer.presentTape(), "c2", false));
    }

    void aStepThatIsToBeBroughtToItsEndPassesBreakpoints() {
        TrainingSetup setup = test::setUp({}, data());
        Trainer& trainer = *setup.trainer;
        test::setStops(trainer, {.breakpoints = {{"c1", false}, {"c1", true}}});
        carryOut(trainer, {Kind::Start});
        QCOMPARE(carryOut(trainer, {Kind::Stop}).kind, EventKind::Stopped);
        QCOMPARE(trainer.position().step, int64_t{1});
    }

    void breakpointsChangeNoBit() {
        TrainingSetup one = test::setUp({.network = test::dropoutNetwork()}, data());
        TrainingSetup two = test::setUp({.network = test::dropoutNetwork()}, data());
        QCOMPARE(carryOut(*one.trainer, {Kind::Start}).kind, EventKind::Finished);
        test::setStops(*two.trainer, {.breakpoints = {{"f1", true}, {"c1", false}}});
        while (carryOut(*two.trainer, {Kind::Start}).kind == EventKind::BreakpointHit) continue;
        QVERIFY(test::stateBytes(*one.model) == test::stateBytes(*two.model));
    }

    void stopsAtTheLogOfANegativeNumber_data() { watchRows(); }
    void stopsAtTheLogOfANegativeNumber() {
        QFETCH(NonFiniteWatch, watch);
        TrainingSetup setup = logRun();
        Trainer& trainer = *setup.trainer;
        test::setStops(trainer, {.nonFinite = watch});
        for (int i = 0; i < 3; ++i)
            QCOMPARE(carryOut(trainer, {Kind::StepOne}).kind, EventKind::Paused);
        trainer.post(edit(stateNamed(*trainer.presentTape(), "c1.bias"), 1, -100));
        const RunEvent event = carryOut(trainer, {Kind::Start});
        QCOMPARE(event.kind, EventKind::NonFiniteValue);
        QCOMPARE(event.step, int64_t{3});
        const Instr& maker = instrAt(trainer, event.entry - 1);
        QCOMPARE(std::string(maker.op->id), std::string("log"));
        QCOMPARE(maker.phase, Phase::Forward);
        QCOMPARE(event.value, maker.out[0]);
        QCOMPARE(event.element, int64_t{12 * 12});  // the second channel's first
        QVERIFY(std::isnan(setup.model->train(16).executor->contents(event.value)[144]));
        QVERIFY(trainer.stopPoint().canStepBack);
        QCOMPARE(carryOut(trainer, {Kind::StepBack}).entry, event.entry - 1);
        QCOMPARE(carryOut(trainer, {Kind::StepEntry}).entry, event.entry);
        // Whoever goes on all the same gets what there is to get: a loss that is not finite.
        QCOMPARE(carryOut(trainer, {Kind::Start}).kind, EventKind::NonFiniteLoss);
        QCOMPARE(trainer.state(), TrainerState::Failed);
    }

    void namesTheConvolutionThatAReluWasFusedInto_data() { watchRows(); }
    void namesTheConvolutionThatAReluWasFusedInto() {
        QFETCH(NonFiniteWatch, watch);
        TrainingSetup setup = test::setUp({}, data());
        Trainer& trainer = *setup.trainer;
        test::setStops(trainer, {.nonFinite = watch});
        carryOut(trainer, {Kind::StepOne});
        // Finite by themselves, and their products are not.
        const Tape& tape = *trainer.presentTape();
        trainer.post(edit(stateNamed(tape, "c1.bias"), 0, 1e30));
        trainer.post(edit(stateNamed(tape, "c2.weight"), 0, 1e30));
        const RunEvent event = carryOut(trainer, {Kind::Start});
        QCOMPARE(event.kind, EventKind::NonFiniteValue);
        const Instr& instr = instrAt(trainer, event.entry - 1);
        QCOMPARE(std::string(instr.op->id), std::string("conv2d"));
        QCOMPARE(instr.epilogue.size(), size_t{2});  // and a pool behind it
        QCOMPARE(event.value, instr.epilogue[0].hidden);
        QCOMPARE(originsOf(tape, event.value), std::vector<std::string>{"c2"});
        QCOMPARE(trainer.stopPoint().entry, event.entry);
    }

    void namesAStateThatWasNotFiniteAtTheStart_data() { watchRows(); }
    void namesAStateThatWasNotFiniteAtTheStart() {
        QFETCH(NonFiniteWatch, watch);
        TrainingSetup setup = logRun();
        Trainer& trainer = *setup.trainer;
        test::setStops(trainer, {.nonFinite = watch});
        carryOut(trainer, {Kind::StepOne});
        const ValueId bias = stateNamed(*trainer.presentTape(), "f1.bias");
        trainer.post(edit(bias, 7, std::numeric_limits<double>::infinity()));
        const RunEvent event = carryOut(trainer, {Kind::Start});
        QCOMPARE(event.kind, EventKind::NonFiniteValue);
        QCOMPARE(event.entry, 0);
        QCOMPARE(event.value, bias);
        QCOMPARE(event.element, int64_t{7});
        QCOMPARE(carryOut(trainer, {Kind::Start}).kind, EventKind::NonFiniteLoss);
    }

    /// Whoever looks at gradients where it stops sees those of the step in which it stands, once.
    void theStepWithTheCauseIsSampled() {
        TrainingSetup setup = logRun();
        Trainer& trainer = *setup.trainer;
        test::setStops(trainer, {.nonFinite = NonFiniteWatch::Loss});
        trainer.mail().samples.put(std::make_unique<SampleRequest>(
            SampleRequest{.gradients = true, .activations = {}, .budget = 1e-9}));
        carryOut(trainer, {Kind::StepOne});  // sampled; for long no other step is due
        trainer.post(edit(stateNamed(*trainer.presentTape(), "c1.bias"), 1, -100));
        const RunEvent event = carryOut(trainer, {Kind::Start});
        QCOMPARE(event.kind, EventKind::NonFiniteValue);
        QCOMPARE(trainer.stopPoint().entry, event.entry);
        std::map<int64_t, int> records, bad;
        const auto read = [&] {
            for (HistogramRecord record; trainer.mail().histograms.pop(record);) {
                ++records[record.step];
                bad[record.step] += record.statistics.nonFinite > 0 ? 1 : 0;
            }
        };
        read();
        QVERIFY(records[1] > 0);
        QCOMPARE(bad[1], 0);
        QCOMPARE(records[2], records[1]);
        QVERIFY(bad[2] > 0);
        QCOMPARE(carryOut(trainer, {Kind::Start}).kind, EventKind::NonFiniteLoss);
        read();
        QCOMPARE(records[2], records[1]);
    }

    void findsTheMakerAgainAfterSteppingBack() {
        TrainingSetup setup = logRun();
        Trainer& trainer = *setup.trainer;
        test::setStops(trainer, {.nonFinite = NonFiniteWatch::EveryValue});
        trainer.post(edit(stateNamed(*trainer.presentTape(), "c1.bias"), 0, -100));
        const RunEvent first = carryOut(trainer, {Kind::Start});
        QCOMPARE(first.kind, EventKind::NonFiniteValue);
        QCOMPARE(first.element, int64_t{0});
        for (int i = 0; i < 2; ++i) carryOut(trainer, {Kind::StepBack});
        const RunEvent again = carryOut(trainer, {Kind::Start});
        QCOMPARE(again.kind, EventKind::NonFiniteValue);
        QCOMPARE(again.entry, first.entry);
    }

    void withoutAWatchTheRunFails() {
        TrainingSetup setup = logRun();
        setup.trainer->post(edit(stateNamed(*setup.trainer->presentTape(), "c1.bias"), 1, -100));
        QCOMPARE(carryOut(*setup.trainer, {Kind::Start}).kind, EventKind::NonFiniteLoss);
    }

    void watchingChangesNoBit_data() { watchRows(); }
    void watchingChangesNoBit() {
        QFETCH(NonFiniteWatch, watch);
        TrainingSetup one = logRun(), two = logRun();
        carryOut(*one.trainer, {Kind::Start});
        test::setStops(*two.trainer, {.nonFinite = watch, .record = true});
        QCOMPARE(carryOut(*two.trainer, {Kind::Start}).kind, EventKind::Finished);
        QVERIFY(test::stateBytes(*one.model) == test::stateBytes(*two.model));
    }
};

QTEST_GUILESS_MAIN(StopPointsTest)
#include "tst_stop_points.moc"
