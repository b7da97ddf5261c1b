// SPDX-License-Identifier: Apache-2.0
// Stepping through tapes that are no training: a prediction, and gradients. Truth: the bits of the
// same tape run from end to end by an executor alone.
#include "core/train/step_debugger.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "core/base/guard.h"
#include "core/base/rng.h"
#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"
#include "core/graph/graph_text.h"
#include "core/session/data_facts.h"
#include "core/train/feed.h"
#include "core/train/stop_point.h"
#include "tests/support/small_run.h"

using namespace vitrine;
using Until = StepDebugger::Until;

namespace {

constexpr int64_t batch = 4;

/// A tape in memory of its own, with starting values and four images, ready to run.
struct Ready {
    std::unique_ptr<Model> model;
    Member* member = nullptr;
    std::vector<std::vector<std::byte>> inputs;

    Ready(const std::string& network, Mode mode) {
        const Dataset data = test::barDataset(batch, 0);
        auto graph = graphFromText(network);
        if (!graph) qFatal("%s", graph.error().text().c_str());
        auto compiled = Model::compile(*graph, {{mode, batch}},
                                       {.batch = batch,
                                        .columns = columnTypes(data.columns),
                                        .normalisation = {0.3, 0.2},
                                        .threads = 2});
        if (!compiled) qFatal("%s", compiled.error().text().c_str());
        model = std::move(compiled).value();
        model->initialise(3);
        member = &model->member(mode, batch);
        Loader loader(data.train, fedBytes(*member, data.columns),
                      {.batch = batch, .shuffle = false});
        feed(*member, loader.next());
        const std::array<int64_t, 2> key{5, 5};
        if (member->rngKey >= 0)
            orThrow(model->memory().write(member->rngKey, std::as_bytes(std::span(key))));
        for (const NamedValue& input : tape().inputs) {
            const int64_t bytes = tape().value(input.value).type.storageBytes();
            inputs.emplace_back(static_cast<size_t>(bytes));
            orThrow(model->memory().read(tape().offsetOf(input.value), inputs.back()));
        }
    }
    /// A tape may use its inputs' memory for other things when it has read them.
    void writeInputs() {
        for (size_t i = 0; i < inputs.size(); ++i)
            orThrow(model->memory().write(tape().offsetOf(tape().inputs[i].value), inputs[i]));
    }
    const Tape& tape() const { return *member->tape; }
    Executor& executor() { return *member->executor; }
    int entries() const { return static_cast<int>(tape().entries.size()); }
    StepDebugger debugger() { return {{&executor()}, model->team()}; }
    ValueId state(const std::string& name) const {
        for (const TapeState& state : tape().states)
            if (state.name == name) return state.in;
        qFatal("no state %s", name.c_str());
    }
    std::vector<std::vector<double>> outputs() {
        std::vector<std::vector<double>> outputs;
        for (const NamedValue& output : tape().outputs)
            outputs.push_back(executor().contents(output.value));
        return outputs;
    }
};

/// What every entry makes, as it has just made it, and what comes out.
struct Straight {
    std::vector<std::vector<double>> made;  ///< first results, by entry
    std::vector<std::vector<double>> outputs;

    Straight(const std::string& network, Mode mode, const std::vector<ValueEdit>& edits = {}) {
        Ready ready(network, mode);
        for (int entry = 0; entry < ready.entries(); ++entry) {
            for (const ValueEdit& edit : edits)
                if (edit.entry == entry)
                    writeElement(ready.tape(), ready.model->memory(), edit.value, edit.element,
                                 edit.number);
            ready.executor().runEntry(entry);
            made.push_back(ready.executor().contents(result(ready.tape(), entry)));
        }
        outputs = ready.outputs();
    }
    static ValueId result(const Tape& tape, int entry) {
        return tape.entries[static_cast<size_t>(entry)].instr.out[0];
    }
};

/// The last place whose entry before it has made floating-point numbers of the forward part, as
/// near as can be to the middle.
int middleOf(const Tape& tape) {
    for (int entry = static_cast<int>(tape.entries.size()) / 2;; --entry) {
        const ValueId value = Straight::result(tape, entry);
        if (!tape.entries[static_cast<size_t>(entry)].once &&
            tape.value(value).type.dtype == DType::F32 &&
            tape.value(value).type.shape.elements() > 1)
            return entry + 1;
    }
}

/// The second power of 1e25 is infinite, that of what the network starts with is not.
std::string squaringNetwork() {
    return "x[1,12,12] -> flatten -> linear(out_features=10) as f\n"
           "f -> mul(f) as square -> mul(f) as cube -> relu as r -> linear(out_features=10) as g "
           "-> cross_entropy(labels)";
}

void rows() {
    QTest::addColumn<std::string>("network");
    QTest::addColumn<Mode>("mode");
    for (const auto& [name, mode] :
         {std::pair("predict", Mode::Predict), {"gradients", Mode::Gradients}}) {
        QTest::addRow("%s, lanes", name) << test::lanesNetwork() << mode;
        QTest::addRow("%s, residual", name) << test::residualNetwork() << mode;
        QTest::addRow("%s, dropout", name) << test::dropoutNetwork() << mode;
    }
}

void bothModes() {
    QTest::addColumn<Mode>("mode");
    QTest::newRow("predict") << Mode::Predict;
    QTest::newRow("gradients") << Mode::Gradients;
}

}  // namespace

class StepDebuggerTest : public QObject {
    Q_OBJECT

  private slots:
    void walkingToAndFroChangesNoBit_data() { rows(); }
    void walkingToAndFroChangesNoBit() {
        QFETCH(std::string, network);
        QFETCH(Mode, mode);
        const Straight straight(network, mode);
        Ready ready(network, mode);
        const auto states = test::stateBytes(*ready.model);
        StepDebugger debugger = ready.debugger();
        debugger.setStops({.record = true});
        QVERIFY(!debugger.begin(ready.executor()));
        QVERIFY(!debugger.canStepBack());
        Rng rng(7, RngStream::Test, 0);
        for (int i = 0; i < 60; ++i) {
            const auto place = static_cast<int>(rng.below(static_cast<uint32_t>(ready.entries())));
            if (place < debugger.entry()) {
                QVERIFY(debugger.goBackTo(place).empty());
            } else if (place > debugger.entry()) {
                debugger.goUntil(Until::Entry, place);
                QCOMPARE(debugger.run().cause, StopCause::Entry);
            } else if (debugger.canStepBack()) {
                debugger.stepBack();
            }
            const int entry = debugger.entry();
            if (entry == 0) continue;
            QVERIFY(ready.executor().contents(Straight::result(ready.tape(), entry - 1)) ==
                    straight.made[static_cast<size_t>(entry - 1)]);
        }
        debugger.goUntil(Until::End);
        QCOMPARE(debugger.run().cause, StopCause::End);
        QVERIFY(ready.outputs() == straight.outputs);
        QVERIFY(test::stateBytes(*ready.model) == states);
    }

    void goesEntryByEntry_data() { bothModes(); }
    void goesEntryByEntry() {
        QFETCH(Mode, mode);
        Ready ready(test::lanesNetwork(), mode);
        StepDebugger debugger = ready.debugger();
        debugger.goUntil(Until::NextEntry);
        debugger.begin(ready.executor());
        QVERIFY(debugger.isKept());  // somebody goes by hand
        for (int entry = 1; entry <= ready.entries(); ++entry) {
            QCOMPARE(debugger.run().cause, StopCause::Entry);
            QCOMPARE(debugger.entry(), entry);
        }
        QCOMPARE(debugger.run().cause, StopCause::End);
        QVERIFY(debugger.stepBack().empty());
        QCOMPARE(debugger.entry(), ready.entries() - 1);
        debugger.end();
        QVERIFY(!debugger.isInside());
        debugger.goUntil(Until::End);
        debugger.begin(ready.executor());
        QVERIFY2(!debugger.isKept() && !debugger.canStepBack(), "nobody asked for a copy");
    }

    void stopsBeforeNodes_data() { bothModes(); }
    void stopsBeforeNodes() {
        QFETCH(Mode, mode);
        Ready ready(test::lanesNetwork(), mode);
        StepDebugger debugger = ready.debugger();
        debugger.setStops({.breakpoints = {{"c2", false}, {"f1", true}, {"nowhere", false}}});
        debugger.begin(ready.executor());
        QCOMPARE(debugger.run().cause, StopCause::Breakpoint);
        QCOMPARE(debugger.entry(), firstEntryOf(ready.tape(), "c2", false));
        if (mode == Mode::Gradients) {
            QCOMPARE(debugger.run().cause, StopCause::Breakpoint);
            QCOMPARE(debugger.entry(), firstEntryOf(ready.tape(), "f1", true));
        }
        QCOMPARE(debugger.run().cause, StopCause::End);
        QCOMPARE(debugger.entry(), ready.entries());
    }

    void editsAreDoneAgainAndUndone_data() { rows(); }
    void editsAreDoneAgainAndUndone() {
        QFETCH(std::string, network);
        QFETCH(Mode, mode);
        Ready ready(network, mode);
        const int place = middleOf(ready.tape());
        const ValueId value = Straight::result(ready.tape(), place - 1);
        const Straight straight(network, mode), edited(network, mode, {{place, value, 1, 3.25}});
        QVERIFY(edited.outputs != straight.outputs);

        StepDebugger debugger = ready.debugger();
        debugger.setStops({.record = true});
        debugger.begin(ready.executor());
        QVERIFY2(!debugger.edit(value, 1, 3.25), "it is not there yet");
        debugger.goUntil(Until::Entry, place);
        debugger.run();
        QVERIFY(!debugger.edit(value, -1, 3.25));
        QVERIFY(!debugger.edit(static_cast<ValueId>(ready.tape().values.size()), 0, 3.25));
        QVERIFY(debugger.edit(value, 1, 3.25));
        debugger.goUntil(Until::End);
        debugger.run();
        QVERIFY(ready.outputs() == edited.outputs);
        QVERIFY(debugger.goBackTo(place).empty());  // to the edit, which stays
        QCOMPARE(ready.executor().contents(value)[1], 3.25);
        debugger.run();
        QVERIFY(ready.outputs() == edited.outputs);

        const std::vector<ValueEdit> undone = debugger.goBackTo(place - 1);
        QCOMPARE(undone.size(), size_t{1});
        QCOMPARE(undone[0].entry, place);
        QCOMPARE(undone[0].value, value);
        QCOMPARE(undone[0].element, int64_t{1});
        QCOMPARE(undone[0].number, 3.25);
        debugger.run();
        QVERIFY(ready.outputs() == straight.outputs);
    }

    /// Packed weights are worked out once; a changed weight is packed again, and so is the old one.
    void anEditedWeightReachesWhatIsWorkedOutOnce_data() { bothModes(); }
    void anEditedWeightReachesWhatIsWorkedOutOnce() {
        QFETCH(Mode, mode);
        const std::string network = test::residualNetwork();
        Ready ready(network, mode);
        if (mode == Mode::Predict)
            QVERIFY(std::ranges::any_of(ready.tape().entries, &TapeEntry::once));
        const ValueId weight = ready.state("c2.weight");
        const Straight straight(network, mode), edited(network, mode, {{0, weight, 3, -2.5}});
        QVERIFY(edited.outputs != straight.outputs);
        ready.executor().runAll();
        QVERIFY(ready.outputs() == straight.outputs);
        ready.writeInputs();

        StepDebugger debugger = ready.debugger();
        debugger.setStops({.record = true});
        debugger.begin(ready.executor());
        QVERIFY(debugger.edit(weight, 3, -2.5));
        debugger.run();
        QVERIFY(ready.outputs() == edited.outputs);
        debugger.goBackTo(0);
        debugger.run();
        QVERIFY(ready.outputs() == edited.outputs);
        debugger.restart();
        debugger.end();
        debugger.begin(ready.executor());
        debugger.run();
        QVERIFY(ready.outputs() == straight.outputs);
        debugger.end();
        ready.writeInputs();
        QVERIFY2(debugger.edit(weight, 3, -2.5), "between steps a state can be edited");
        QVERIFY2(!debugger.edit(ready.tape().data.front().value, 0, 1), "and nothing else");
        debugger.begin(ready.executor());
        debugger.run();
        QVERIFY(ready.outputs() == edited.outputs);
    }

    void findsWhatMadeTheFirstThatIsNotFinite_data() {
        QTest::addColumn<Mode>("mode");
        QTest::addColumn<NonFiniteWatch>("watch");
        QTest::newRow("predict, every value") << Mode::Predict << NonFiniteWatch::EveryValue;
        QTest::newRow("predict, afterwards") << Mode::Predict << NonFiniteWatch::Loss;
        QTest::newRow("gradients, every value") << Mode::Gradients << NonFiniteWatch::EveryValue;
        QTest::newRow("gradients, afterwards") << Mode::Gradients << NonFiniteWatch::Loss;
    }
    void findsWhatMadeTheFirstThatIsNotFinite() {
        QFETCH(Mode, mode);
        QFETCH(NonFiniteWatch, watch);
        Ready ready(squaringNetwork(), mode);
        StepDebugger debugger = ready.debugger();
        debugger.setStops({.nonFinite = watch});
        QVERIFY(!debugger.begin(ready.executor()));
        QVERIFY(debugger.edit(ready.state("f.bias"), 4, 1e25));
        DebugStop stop = debugger.run();
        if (watch == NonFiniteWatch::Loss) {
            QCOMPARE(stop.cause, StopCause::End);
            QVERIFY(debugger.mayFindCause());
            const StepDebugger::Cause cause = debugger.findCause();
            QVERIFY(cause.found && cause.undone.empty() && !cause.isBrokenOff);
            stop = {StopCause::NonFinite, *cause.found};
        }
        QCOMPARE(stop.cause, StopCause::NonFinite);
        QCOMPARE(stop.found.element, int64_t{4});
        QCOMPARE(originsOf(ready.tape(), stop.found.value), std::vector<std::string>{"square"});
        QCOMPARE(debugger.entry(), StepDebugger::placeBehind(ready.tape(), stop.found.value));
        QVERIFY2(!debugger.mayFindCause(), "it was shown");
        debugger.standStill();
        QVERIFY2(debugger.run().cause == StopCause::End, "what only passes it on is no cause");
    }

    void whatIsNotFiniteAsItBeginsIsTold_data() { bothModes(); }
    void whatIsNotFiniteAsItBeginsIsTold() {
        QFETCH(Mode, mode);
        Ready ready(test::lanesNetwork(), mode);
        const ValueId bias = ready.state("f2.bias");
        writeElement(ready.tape(), ready.model->memory(), bias, 2, std::nan(""));
        StepDebugger debugger = ready.debugger();
        debugger.setStops({.nonFinite = NonFiniteWatch::EveryValue});
        const DebugStop stop = debugger.begin(ready.executor());
        QCOMPARE(stop.cause, StopCause::NonFinite);
        QCOMPARE(stop.found.value, bias);
        QCOMPARE(stop.found.element, int64_t{2});
        QCOMPARE(debugger.entry(), 0);
    }

    void showsWhatIsNoLongerThere_data() { rows(); }
    void showsWhatIsNoLongerThere() {
        QFETCH(std::string, network);
        QFETCH(Mode, mode);
        Ready ready(network, mode);
        StepDebugger debugger = ready.debugger();
        debugger.setStops({.record = true});
        debugger.begin(ready.executor());
        debugger.goUntil(Until::NextEntry);
        std::map<ValueId, std::vector<float>> made;
        while (debugger.entry() < ready.entries()) {
            debugger.run();
            for (ValueId v :
                 ready.tape().entries[static_cast<size_t>(debugger.entry() - 1)].instr.out)
                made[v] = debugger.value({.value = v}).elements;
        }
        const auto outputs = ready.outputs();
        int again = 0;
        for (const auto& [value, elements] : made) {
            const ValueSnapshot answer = debugger.value({.value = value});
            QVERIFY2(answer.isShown(), answer.reason.c_str());
            QVERIFY2(answer.elements == elements, answer.name.c_str());
            again += answer.isRecomputed ? 1 : 0;
        }
        QVERIFY(again > 2);
        QVERIFY2(ready.outputs() == outputs, "looking changes nothing");
        QVERIFY(!debugger.value({.value = noValue}).isShown());
    }

    void showsWhatFusionHid_data() { bothModes(); }
    void showsWhatFusionHid() {
        QFETCH(Mode, mode);
        Ready ready(test::residualNetwork(), mode);
        StepDebugger debugger = ready.debugger();
        debugger.setStops({.record = true});
        debugger.begin(ready.executor());
        int shown = 0;
        for (int entry = 0; entry < ready.entries(); ++entry) {
            const Instr& instr = ready.tape().entries[static_cast<size_t>(entry)].instr;
            for (const FusedOp& load : instr.loads) {
                if (load.op->id != "relu") continue;
                debugger.goUntil(Until::Entry, entry + 1);
                if (entry + 1 > debugger.entry()) debugger.run();
                const ValueSnapshot loaded = debugger.value({.value = load.hidden});
                QVERIFY2(loaded.isRecomputed && !loaded.isAlive, loaded.reason.c_str());
                QVERIFY(std::ranges::all_of(loaded.elements, [](float x) { return x >= 0; }));
                ++shown;
            }
            if (instr.epilogue.empty() || !instr.loads.empty()) continue;
            const FusedOp& last = instr.epilogue.back();
            debugger.goUntil(Until::Entry, entry);
            if (entry > debugger.entry()) debugger.run();
            QVERIFY(!debugger.value({.value = last.hidden}).isShown());
            debugger.goUntil(Until::NextEntry);
            debugger.run();
            const ValueSnapshot inside = debugger.value({.value = last.hidden});
            const ValueSnapshot result = debugger.value({.value = instr.out[0]});
            QVERIFY2(inside.isRecomputed && !inside.isAlive, inside.reason.c_str());
            if (last.op->id != "relu") continue;
            for (size_t i = 0; i < inside.elements.size(); ++i)
                QCOMPARE(result.elements[i], std::max(inside.elements[i], 0.0f));
            ++shown;
        }
        QVERIFY(shown >= 2);
        debugger.goUntil(Until::End);
        debugger.run();
        QVERIFY(ready.outputs() == Straight(test::residualNetwork(), mode).outputs);
    }

    void looksAheadBetweenSteps_data() { rows(); }
    void looksAheadBetweenSteps() {
        QFETCH(std::string, network);
        QFETCH(Mode, mode);
        const Straight straight(network, mode);
        Ready ready(network, mode);
        const int place = middleOf(ready.tape());
        const ValueId value = Straight::result(ready.tape(), place - 1);
        const auto states = test::stateBytes(*ready.model);
        StepDebugger debugger = ready.debugger();
        ValueSnapshot snapshot =
            readValue(ready.tape(), ready.model->memory(), {.value = value}, 0, 0);
        QVERIFY(!snapshot.isShown());
        QVERIFY(debugger.lookAhead(ready.executor(), snapshot));
        QVERIFY(snapshot.isRecomputed);
        QCOMPARE(static_cast<double>(snapshot.elements[0]),
                 straight.made[static_cast<size_t>(place - 1)][0]);
        QVERIFY(!debugger.isInside() && debugger.entry() == 0);
        QVERIFY(test::stateBytes(*ready.model) == states);
        debugger.begin(ready.executor());
        debugger.run();
        QVERIFY(ready.outputs() == straight.outputs);
    }

    void whoIsToQuitComesBackSoon() {
        Ready ready(test::lanesNetwork(), Mode::Predict);
        std::atomic<bool> quit{false};
        StepDebugger debugger({&ready.executor()}, ready.model->team(), &quit);
        debugger.setStops({.nonFinite = NonFiniteWatch::Loss});
        debugger.begin(ready.executor());
        debugger.goUntil(Until::Entry, 3);
        debugger.run();
        quit = true;
        debugger.goUntil(Until::End);
        QVERIFY(!debugger.run());
        QCOMPARE(debugger.entry(), 3);
        QVERIFY(debugger.findCause().isBrokenOff);
    }
};

QTEST_GUILESS_MAIN(StepDebuggerTest)
#include "tst_step_debugger.moc"
