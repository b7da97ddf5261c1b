// SPDX-License-Identifier: Apache-2.0
// Walking through a step entry by entry, forward and back, and editing on the way. Truth: the bits
// of a run that nobody disturbs.
#include <algorithm>
#include <map>
#include <thread>

#include "core/base/rng.h"
#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"
#include "tests/support/small_run.h"

using namespace vitrine;
using test::carryOut;
using test::SmallRun;
using test::TrainingSetup;
using Kind = Command::Kind;

namespace {

const Dataset& data() {
    static const Dataset set = test::barDataset(16 * 3 + 5, 20);  // four batches, the last partial
    return set;
}

std::vector<std::byte> finished(TrainingSetup& setup) {
    RunEvent event;
    do event = carryOut(*setup.trainer, {Kind::Continue});
    while (event.kind != EventKind::Finished && event.kind != EventKind::NonFiniteLoss);
    return test::stateBytes(*setup.model);
}

std::vector<std::byte> undisturbed(const SmallRun& run) {
    TrainingSetup setup = test::setUp(run, data());
    return finished(setup);
}

void forward(Trainer& trainer, int entries) {
    for (int i = 0; i < entries; ++i) carryOut(trainer, {Kind::StepEntry});
}

void back(Trainer& trainer, int entries) {
    for (int i = 0; i < entries && trainer.stopPoint().canStepBack; ++i)
        carryOut(trainer, {Kind::StepBack});
}

int entriesOf(const TrainingSetup& setup) {
    return static_cast<int>(setup.trainer->presentTape()->entries.size());
}

Command runTo(int entry) { return {.kind = Kind::RunTo, .entry = entry}; }

Command edit(ValueId value, int64_t element, double number) {
    return {.kind = Kind::EditValue, .number = number, .value = value, .element = element};
}

/// The first floating-point result of an entry near the middle of the forward part, and the place
/// behind it.
struct Middle {
    int place = 0;
    ValueId value = noValue;
};
Middle middleOf(const Tape& tape) {
    for (int entry = 4;; ++entry) {
        const ValueId value = tape.entries[static_cast<size_t>(entry)].instr.out[0];
        if (tape.value(value).type.dtype == DType::F32 && isAlive(tape, value, entry + 1))
            return {entry + 1, value};
    }
}

std::unique_ptr<ValueSnapshot> ask(Trainer& trainer, ValueId value) {
    trainer.mail().query.put(std::make_unique<ValueQuery>(ValueQuery{.value = value}));
    trainer.wake();
    for (;;) {
        if (auto answer = trainer.mail().value.take()) return answer;
        std::this_thread::yield();
    }
}

/// Somebody who asks for the next value as a step begins, and hears of it when a step has ended.
struct Curious {
    Trainer& trainer;
    const Tape& tape;
    ValueId next = 0;
    bool isWaiting = false;
    std::vector<ValueSnapshot> answers = {};

    static void ask(void* context) {
        auto& self = *static_cast<Curious*>(context);
        if (self.isWaiting || self.next == static_cast<ValueId>(self.tape.values.size())) return;
        self.isWaiting = true;
        self.trainer.mail().query.put(
            std::make_unique<ValueQuery>(ValueQuery{.value = self.next++}));
        self.trainer.wake();
    }
    static void listen(void* context) {
        auto& self = *static_cast<Curious*>(context);
        const auto answer = self.trainer.mail().value.take();
        if (!answer) return;
        self.isWaiting = false;
        self.answers.push_back(*answer);
    }
};

void networkRows() {
    QTest::addColumn<std::string>("network");
    QTest::newRow("lanes") << test::lanesNetwork();
    QTest::newRow("residual") << test::residualNetwork();
    QTest::newRow("dropout") << test::dropoutNetwork();
}

}  // namespace

class SteppingTest : public QObject {
    Q_OBJECT

  private slots:
    void walkingToAndFroChangesNoBit_data() { networkRows(); }
    void walkingToAndFroChangesNoBit() {
        QFETCH(std::string, network);
        const SmallRun run{.network = network, .threads = 2, .clipNorm = 0.5, .optimizer = "adam"};
        TrainingSetup setup = test::setUp(run, data());
        Trainer& trainer = *setup.trainer;
        Rng rng(11, RngStream::Test, 0);
        while (trainer.position().step < 6 && trainer.state() != TrainerState::Finished) {
            switch (rng.below(6)) {
                case 0:
                    forward(trainer, 1 + static_cast<int>(rng.below(30)));
                    break;
                case 1:
                    back(trainer, 1 + static_cast<int>(rng.below(12)));
                    break;
                case 2:
                    carryOut(trainer, runTo(static_cast<int>(
                                          rng.below(static_cast<uint32_t>(entriesOf(setup) + 1)))));
                    break;
                case 3:
                    test::setStops(trainer,
                                   {.nonFinite = rng.below(2) == 0 ? NonFiniteWatch::EveryValue
                                                                   : NonFiniteWatch::Off});
                    break;
                case 4: {
                    const auto values = static_cast<uint32_t>(trainer.presentTape()->values.size());
                    for (int i = 0; i < 5; ++i)
                        ask(trainer, static_cast<ValueId>(rng.below(values)));
                    break;
                }
                default:
                    carryOut(trainer, {Kind::StepOne});
            }
        }
        QVERIFY(finished(setup) == undisturbed(run));
    }

    void oneEntryBackIsOneEntryBack_data() { networkRows(); }
    void oneEntryBackIsOneEntryBack() {
        QFETCH(std::string, network);
        TrainingSetup setup = test::setUp({.network = network}, data());
        Trainer& trainer = *setup.trainer;
        forward(trainer, 9);
        const auto atNine = test::stateBytes(*setup.model);
        carryOut(trainer, {Kind::StepBack});
        QCOMPARE(trainer.stopPoint().entry, 8);
        QVERIFY(trainer.stopPoint().insideStep);
        back(trainer, 100);
        QCOMPARE(trainer.stopPoint().entry, 0);
        QVERIFY(trainer.stopPoint().insideStep);
        QVERIFY(!trainer.stopPoint().canStepBack);
        QCOMPARE(trainer.stopPoint().step, int64_t{0});
        forward(trainer, 9);
        QVERIFY(test::stateBytes(*setup.model) == atNine);
    }

    void theLastEntryIsFollowedByAPlaceToStepBackFrom() {
        TrainingSetup setup = test::setUp({}, data());
        Trainer& trainer = *setup.trainer;
        const int entries = entriesOf(setup);
        const auto before = test::stateBytes(*setup.model);
        carryOut(trainer, runTo(entries));
        QCOMPARE(trainer.stopPoint().entry, entries);
        QCOMPARE(trainer.stopPoint().step, int64_t{0});  // not counted yet
        QVERIFY(trainer.stopPoint().canStepBack);
        QVERIFY(test::stateBytes(*setup.model) != before);
        back(trainer, entries);
        QVERIFY(test::stateBytes(*setup.model) == before);
        carryOut(trainer, {Kind::StepOne});
        QCOMPARE(trainer.stopPoint().step, int64_t{1});
        QVERIFY(!trainer.stopPoint().insideStep);
    }

    void nothingHappensWhereNoStepWasKept() {
        TrainingSetup setup = test::setUp({}, data());
        Trainer& trainer = *setup.trainer;
        carryOut(trainer, {Kind::StepOne});
        QVERIFY(!trainer.stopPoint().canStepBack);
        trainer.post({Kind::StepBack});
        const RunEvent next = carryOut(trainer, {Kind::StepEntry});
        QCOMPARE(next.entry, 1);
        QCOMPARE(next.step, int64_t{1});
    }

    void runsToAnEntryOfThisStepOrTheNext() {
        TrainingSetup setup = test::setUp({}, data());
        Trainer& trainer = *setup.trainer;
        QCOMPARE(carryOut(trainer, runTo(7)).entry, 7);
        QCOMPARE(trainer.stopPoint().step, int64_t{0});
        QCOMPARE(carryOut(trainer, runTo(12)).entry, 12);
        QCOMPARE(trainer.stopPoint().step, int64_t{0});
        QCOMPARE(carryOut(trainer, runTo(7)).entry, 7);
        QCOMPARE(trainer.stopPoint().step, int64_t{1});
        QCOMPARE(carryOut(trainer, runTo(7)).entry, 7);
        QCOMPARE(trainer.stopPoint().step, int64_t{2});
        QCOMPARE(carryOut(trainer, runTo(0)).entry, 0);
        QCOMPARE(trainer.stopPoint().step, int64_t{3});
        QVERIFY(trainer.stopPoint().insideStep);
    }

    void editsAreDoneAgainOnTheWay_data() { networkRows(); }
    void editsAreDoneAgainOnTheWay() {
        QFETCH(std::string, network);
        const SmallRun run{.network = network};
        TrainingSetup straight = test::setUp(run, data());
        const auto [place, value] = middleOf(*straight.trainer->presentTape());
        carryOut(*straight.trainer, runTo(place));
        straight.trainer->post(edit(value, 5, 3.25));
        const auto expected = finished(straight);
        QVERIFY(expected != undisturbed(run));

        TrainingSetup setup = test::setUp(run, data());
        Trainer& trainer = *setup.trainer;
        carryOut(trainer, runTo(place));
        trainer.post(edit(value, 5, 3.25));
        forward(trainer, 8);
        back(trainer, 7);
        forward(trainer, 20);
        back(trainer, 3);
        QVERIFY(finished(setup) == expected);
    }

    void steppingBackBehindAnEditTakesItBack() {
        TrainingSetup setup = test::setUp({}, data());
        Trainer& trainer = *setup.trainer;
        const auto [place, value] = middleOf(*trainer.presentTape());
        carryOut(trainer, runTo(place));
        trainer.post(edit(value, 5, 3.25));
        forward(trainer, 4);
        back(trainer, 4);
        RunEvent event;
        trainer.post({Kind::StepBack});
        QVERIFY(QTest::qWaitFor([&] { return test::reportsOf(trainer).nextEvent(event); }));
        QCOMPARE(event.kind, EventKind::EditUndone);
        QCOMPARE(event.value, value);
        QCOMPARE(event.element, int64_t{5});
        QCOMPARE(event.number, 3.25);
        QCOMPARE(event.entry, place);
        QCOMPARE(event.step, int64_t{1});
        QVERIFY(finished(setup) == undisturbed({}));
    }

    void steppingBackToAnEditKeepsIt() {
        TrainingSetup straight = test::setUp({}, data());
        const auto [place, value] = middleOf(*straight.trainer->presentTape());
        carryOut(*straight.trainer, runTo(place));
        straight.trainer->post(edit(value, 5, 3.25));
        const auto expected = finished(straight);

        TrainingSetup setup = test::setUp({}, data());
        Trainer& trainer = *setup.trainer;
        carryOut(trainer, runTo(place));
        trainer.post(edit(value, 5, 3.25));
        forward(trainer, 4);
        back(trainer, 4);
        QCOMPARE(setup.model->train(16).executor->contents(value)[5], 3.25);
        QVERIFY(finished(setup) == expected);
    }

    void anEditIsReportedAndSeen() {
        TrainingSetup setup = test::setUp({}, data());
        Trainer& trainer = *setup.trainer;
        const auto [place, value] = middleOf(*trainer.presentTape());
        carryOut(trainer, runTo(place));
        trainer.post(edit(value, 5, 3.25));
        RunEvent event;
        while (!test::reportsOf(trainer).nextEvent(event)) std::this_thread::yield();
        QCOMPARE(event.kind, EventKind::ValueEdited);
        QCOMPARE(event.value, value);
        QCOMPARE(event.element, int64_t{5});
        QCOMPARE(event.number, 3.25);
        QCOMPARE(event.entry, place);
        QCOMPARE(event.batch, int64_t{16});
        QCOMPARE(setup.model->train(16).executor->contents(value)[5], 3.25);
    }

    void onlyWhatIsThereCanBeEdited() {
        TrainingSetup setup = test::setUp({}, data());
        Trainer& trainer = *setup.trainer;
        const Tape& tape = *trainer.presentTape();
        const ValueId weight = tape.states[0].in, images = tape.data.front().value;
        const ValueId loss = tape.output("loss");
        trainer.post(edit(images, 0, 1));  // between two steps there are states only
        trainer.post(edit(weight, -1, 1));
        trainer.post(edit(weight, tape.value(weight).type.shape.elements(), 1));
        trainer.post(edit(static_cast<ValueId>(tape.values.size()), 0, 1));
        carryOut(trainer, runTo(2));
        trainer.post(edit(loss, 0, 1));  // not made yet
        trainer.post(edit(weight, 0, 0.5));
        RunEvent event;
        while (!test::reportsOf(trainer).nextEvent(event)) std::this_thread::yield();
        QCOMPARE(event.kind, EventKind::ValueEdited);
        QCOMPARE(event.value, weight);
        QVERIFY(finished(setup) != undisturbed({}));
    }

    void pausesAtTheStepsEndOrWhereItIsRecorded_data() {
        QTest::addColumn<bool>("record");
        QTest::newRow("not recorded") << false;
        QTest::newRow("recorded") << true;
    }
    void pausesAtTheStepsEndOrWhereItIsRecorded() {
        QFETCH(bool, record);
        TrainingSetup setup = test::setUp({}, data());
        Trainer& trainer = *setup.trainer;
        test::setStops(trainer, {.record = record});
        // The pause is asked for in the middle of a step: at the beginning of the second one.
        struct Asking {
            Trainer* trainer;
            int steps = 0;
        } asking{&trainer};
        trainer.setHooks({&asking,
                          [](void* context) {
                              auto& self = *static_cast<Asking*>(context);
                              if (++self.steps == 2) self.trainer->post({Kind::Pause});
                          },
                          nullptr});
        carryOut(trainer, {Kind::Start});
        const StopPoint at = trainer.stopPoint();
        QCOMPARE(at.step, int64_t{record ? 1 : 2});
        QCOMPARE(at.insideStep, record);
        QCOMPARE(at.entry, record ? 1 : 0);
        QCOMPARE(at.canStepBack, record);
        QVERIFY(finished(setup) == undisturbed({}));
    }

    void oneBatchIsTakenAgainAndAgain() {
        const SmallRun run{.epochs = 20, .overfitOneBatch = true};
        TrainingSetup still = test::setUp(run, data());
        still.trainer->post({.kind = Kind::SetLearningRate, .number = 0});
        finished(still);
        StepRecord first, record;
        QVERIFY(still.reports->nextRecord(first));
        while (still.reports->nextRecord(record)) QCOMPARE(record.loss, first.loss);

        TrainingSetup learning = test::setUp(run, data());
        finished(learning);
        while (learning.reports->nextRecord(record)) continue;
        QCOMPARE(record.step, learning.trainer->totalSteps());
        QVERIFY2(record.loss < 0.05 * first.loss,
                 qPrintable(QString("%1 after %2").arg(record.loss).arg(first.loss)));
    }

    void answersWhatIsAskedWhileItStandsStill() {
        TrainingSetup setup = test::setUp({}, data());
        Trainer& trainer = *setup.trainer;
        const Tape& tape = *trainer.presentTape();
        QVERIFY(ask(trainer, tape.states[0].in)->isAlive);
        QVERIFY(ask(trainer, tape.states[0].in)->isBetweenSteps);
        QVERIFY(!ask(trainer, noValue)->isShown());
        const auto [place, value] = middleOf(tape);
        carryOut(trainer, runTo(place));
        const auto answer = ask(trainer, value);
        QVERIFY(answer->isAlive);
        QCOMPARE(answer->entry, place);
        const auto truth = setup.model->train(16).executor->contents(value);
        QCOMPARE(static_cast<double>(answer->elements[0]), truth[0]);
        QVERIFY(!ask(trainer, tape.output("loss"))->isShown());
    }

    /// Truth: what the next step makes of the same batch, entry by entry.
    void makesAgainBetweenTwoStepsWhatAStepMakes_data() { networkRows(); }
    void makesAgainBetweenTwoStepsWhatAStepMakes() {
        QFETCH(std::string, network);
        const SmallRun run{.network = network, .threads = 2, .overfitOneBatch = true};
        const auto expected = undisturbed(run);
        TrainingSetup setup = test::setUp(run, data());
        Trainer& trainer = *setup.trainer;
        carryOut(trainer, {Kind::StepOne});
        const Tape& tape = *trainer.presentTape();
        const auto before = test::stateBytes(*setup.model);
        const auto values = static_cast<ValueId>(tape.values.size());
        std::vector<ValueSnapshot> guesses;
        for (ValueId value = 0; value < values; ++value) guesses.push_back(*ask(trainer, value));
        QVERIFY2(test::stateBytes(*setup.model) == before, "looking changes nothing");
        int compared = 0;
        for (int entry = 0; entry < setup.model->train(16).firstUpdate; ++entry) {
            carryOut(trainer, {Kind::StepEntry});
            for (ValueId value : tape.entries[static_cast<size_t>(entry)].instr.out) {
                const ValueSnapshot& guess = guesses[static_cast<size_t>(value)];
                const bool isState =
                    std::any_of(tape.states.begin(), tape.states.end(),
                                [&](const TapeState& s) { return s.out == value; });
                QVERIFY(guess.isShown() && guess.isBetweenSteps);
                QCOMPARE(guess.step, int64_t{1});
                if (isState) continue;
                QVERIFY2(guess.elements == ask(trainer, value)->elements,
                         tape.value(value).name.c_str());
                ++compared;
            }
        }
        QVERIFY(compared > 10);
        QVERIFY(finished(setup) == expected);
    }

    void answersAfterTheEnd_data() { networkRows(); }
    void answersAfterTheEnd() {
        QFETCH(std::string, network);
        TrainingSetup setup = test::setUp({.network = network}, data());
        Trainer& trainer = *setup.trainer;
        const auto last = finished(setup);
        const Tape& tape = *setup.model->train(16).tape;
        for (const TapeState& state : tape.states) {
            const auto newest = ask(trainer, state.out), same = ask(trainer, state.in);
            QVERIFY(newest->isAlive && newest->isBetweenSteps);
            QVERIFY(newest->elements == same->elements);
            QCOMPARE(newest->step, trainer.totalSteps());
        }
        for (const TapeEntry& entry : tape.entries)
            for (ValueId value : entry.instr.out) QVERIFY(ask(trainer, value)->isShown());
        QVERIFY(!ask(trainer, noValue)->isShown());
        QVERIFY2(test::stateBytes(*setup.model) == last, "looking changes nothing");
    }

    /// One value after the other without a pause, as fast as answers come; the run ends with the
    /// bits of one that nobody asks.
    void answersWhileItRuns_data() { networkRows(); }
    void answersWhileItRuns() {
        QFETCH(std::string, network);
        const SmallRun run{.network = network, .threads = 2, .epochs = 60};
        const auto expected = undisturbed(run);
        TrainingSetup setup = test::setUp(run, data());
        Curious curious{*setup.trainer, *setup.model->train(16).tape};
        setup.trainer->setHooks({&curious, Curious::ask, Curious::listen});
        finished(setup);
        // A last question is answered by beginning a step, which is taken back before the answer.
        while (curious.isWaiting && !setup.trainer->mail().value.take()) std::this_thread::yield();
        QVERIFY(test::stateBytes(*setup.model) == expected);
        int seen = 0;
        for (const ValueSnapshot& answer : curious.answers) {
            if (definingEntry(curious.tape, answer.query.value) < 0) continue;
            QVERIFY2(answer.isAlive && !answer.elements.empty(), answer.reason.c_str());
            QVERIFY(!answer.isBetweenSteps);
            ++seen;
        }
        QVERIFY2(seen > 20, qPrintable(QString::number(seen)));
    }

    void showsWhatIsNoLongerThere_data() { networkRows(); }
    void showsWhatIsNoLongerThere() {
        QFETCH(std::string, network);
        const SmallRun run{.network = network, .threads = 2};
        TrainingSetup setup = test::setUp(run, data());
        Trainer& trainer = *setup.trainer;
        const Tape& tape = *trainer.presentTape();
        const int entries = entriesOf(setup);
        const Middle middle = middleOf(tape);
        // Each value as it is when it has just been made, with an edit on the way: what is made of
        // it has to come out again.
        std::map<ValueId, std::vector<float>> made;
        for (int entry = 0; entry < entries; ++entry) {
            carryOut(trainer, {Kind::StepEntry});
            for (ValueId v : tape.entries[static_cast<size_t>(entry)].instr.out) {
                const auto answer = ask(trainer, v);
                QVERIFY(answer->isAlive && !answer->isRecomputed);
                made[v] = answer->elements;
            }
            if (entry + 1 == middle.place) trainer.post(edit(middle.value, 0, 0.25));
        }
        QCOMPARE(trainer.stopPoint().entry, entries);
        trainer.post(edit(tape.states[0].out, 0, 0.5));  // where it stands
        ask(trainer, tape.states[0].out);
        const auto before = test::stateBytes(*setup.model);
        int again = 0;
        for (const auto& [value, elements] : made) {
            const auto answer = ask(trainer, value);
            QVERIFY2(answer->isShown(), answer->reason.c_str());
            if (answer->isAlive) continue;
            QVERIFY(answer->isRecomputed && !answer->reason.empty());
            QVERIFY2(answer->elements == elements, tape.value(value).name.c_str());
            ++again;
        }
        QVERIFY(again > 5);
        const auto weight = ask(trainer, tape.states[0].in);
        QVERIFY(weight->isRecomputed);
        QVERIFY(QString::fromStdString(weight->reason).endsWith("as the step began with it."));
        QCOMPARE(trainer.stopPoint().entry, entries);
        QVERIFY2(test::stateBytes(*setup.model) == before, "looking changes nothing");
    }

    void showsWhatFusionHid() {
        TrainingSetup setup = test::setUp({.network = test::residualNetwork()}, data());
        Trainer& trainer = *setup.trainer;
        const Tape& tape = *trainer.presentTape();
        int shown = 0;
        for (int entry = 0; entry < entriesOf(setup); ++entry) {
            const Instr& instr = tape.entries[static_cast<size_t>(entry)].instr;
            for (const FusedOp& load : instr.loads) {
                if (load.op->id != "relu") continue;
                carryOut(trainer, runTo(entry));
                carryOut(trainer, {Kind::StepEntry});
                const auto loaded = ask(trainer, load.hidden);
                QVERIFY2(loaded->isRecomputed && !loaded->isAlive, loaded->reason.c_str());
                QVERIFY(std::ranges::all_of(loaded->elements, [](float x) { return x >= 0; }));
                ++shown;
            }
            if (instr.epilogue.empty() || !instr.loads.empty()) continue;
            const ValueId hidden = instr.epilogue[0].hidden;
            carryOut(trainer, runTo(entry));
            QVERIFY(!ask(trainer, hidden)->isShown());
            carryOut(trainer, {Kind::StepEntry});
            const auto inside = ask(trainer, hidden), result = ask(trainer, instr.out[0]);
            QVERIFY2(inside->isRecomputed && !inside->isAlive, inside->reason.c_str());
            QVERIFY(!inside->elements.empty());
            if (instr.epilogue[0].op->id != "relu") continue;
            for (size_t i = 0; i < inside->elements.size(); ++i)
                QCOMPARE(result->elements[i], std::max(inside->elements[i], 0.0f));
            ++shown;
        }
        QVERIFY(shown >= 2);
        QVERIFY(finished(setup) == undisturbed({.network = test::residualNetwork()}));
    }
};

QTEST_GUILESS_MAIN(SteppingTest)
#include "tst_stepping.moc"
