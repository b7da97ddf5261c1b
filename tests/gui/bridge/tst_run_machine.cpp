// SPDX-License-Identifier: Apache-2.0
// The run's state machine, with no thread, no timer and no engine: what each event makes of each
// state, and the races between a person, the document, work in the background and the engine.
#include <QtTest>

#include "tests/gui/support/run_machine_text.h"
#include "tests/gui/support/run_world.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::gui::run_machine;
using namespace vitrine::test;

namespace {

using RunPhase::Ready, RunPhase::Running, RunPhase::Paused, RunPhase::Finished, RunPhase::Stopped,
    RunPhase::Failed;

constexpr Facts noNodes{.hasNodes = false}, noData{.hasData = false};
constexpr Facts neither{.hasNodes = false, .hasData = false};

Facts with(RunPhase engine) { return {.engine = engine}; }

// What is drawn is called A at first, and B after an edit.

event::Wanted train(Facts now = {}, const char* drawn = "A") { return {wish::Train{}, drawn, now}; }
event::Wanted batch(Facts now = {}, const char* drawn = "A") {
    return {wish::StepBatch{}, drawn, now};
}
event::Opened opened(Facts now = {}, const char* drawn = "A") { return {"A", drawn, now}; }
event::ResumeWanted resume(Facts now = {}, const char* data = "") { return {"r", data, "B", now}; }
event::EngineSeen seen(RunPhase phase, StopPoint at = {}) { return {phase, at}; }
StopPoint inside(int64_t step, int entry) {
    return {.step = step, .entry = entry, .insideStep = true};
}

Error error(const char* code) { return {code, "", {}, "", ""}; }
Error noDataThere() {
    Error why = error("P05");
    why.place.field = dataFolderField;
    return why;
}
event::OpeningFailed openingFailed(Error why, const char* dataOfProject = "") {
    return {std::move(why), dataOfProject, {}};
}
event::SaveFailed diskIsFull(int64_t step = 7) { return {error("C09"), step}; }

State run(OpenRun open, Start start = {}) {
    open.essence = "A";
    return {.run = std::move(open), .start = std::move(start)};
}
State run(RunPhase phase, Start start = {}) { return run({.phase = phase}, std::move(start)); }
State other(RunPhase phase, Start start = {}) {
    return run({.phase = phase, .differs = true}, std::move(start));
}
State none(Start start = {}) { return {.start = std::move(start)}; }
State abandoned(Start start = {}) {
    return {.start = std::move(start), .hasAbandonedOpening = true};
}
State refused(Error why) { return {.refusal = std::move(why)}; }

const Wish toTrain = wish::Train{};
const Start opening = Opening{NewRun{}, toTrain};
const Start resuming = Opening{ResumedRun{.folder = "r", .drawn = "B"}, {}};
/// The data of the project are tried, as those of the run are gone.
const Start resumingAgain =
    Opening{ResumedRun{.folder = "r", .data = "d", .missing = noDataThere()}, toTrain};

SaveTrouble full() { return {.why = error("C09"), .waitsForRoom = true}; }
SaveTrouble gone() { return {.why = error("G01")}; }

/// `effects`: those of each event, with a stroke between them.
void row(const char* name, const State& from, const std::vector<Event>& events, const char* to,
         const char* effects = "") {
    QTest::newRow(name) << from << events << QString(to) << QString(effects);
}

}  // namespace

class TestRunMachine : public QObject {
    Q_OBJECT

    static void addColumns() {
        QTest::addColumn<State>("from");
        QTest::addColumn<std::vector<Event>>("events");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("effects");
    }
    static void check() {
        QFETCH(State, from);
        QFETCH(std::vector<Event>, events);
        QFETCH(QString, to);
        QFETCH(QString, effects);
        QStringList done;
        for (const Event& event : events) {
            Step step = next(std::move(from), event);
            from = std::move(step.state);
            done << textOf(step.effects);
        }
        QCOMPARE(done.join(QStringLiteral(" / ")), effects);
        QCOMPARE(textOf(from), to);
    }

  private Q_SLOTS:
    void wishesOpenRuns_data() {
        addColumns();
        row("a run is opened first", none(), {train()}, "none · opening(new, train)",
            "phase! open(new)");
        row("one that is over is followed by another", run(Finished), {batch(with(Finished))},
            "Finished · opening(new, batch)", "phase! open(new)");
        row("once it is open, the wish is carried out", none(opening), {opened()}, "Ready · idle",
            "take_opened phase! show_opened do(train)");
        row("the last wish counts", none(opening), {batch(), opened()}, "Ready · idle",
            " / take_opened phase! show_opened do(batch)");
        row("a run that is open carries it out at once", run(Paused),
            {event::Wanted{wish::RunToNode{"fc"}, "A", with(Paused)},
             event::Wanted{wish::RunToEntry{7}, "A", with(Paused)},
             event::Wanted{wish::StepEntry{}, "A", with(Paused)}},
            "Paused · idle", "do(node fc) / do(to 7) / do(entry)");
        row("an empty network is refused", none(), {train(noNodes)}, "none · idle · refused P10",
            "refusal! refuse(P10)");
        row("a start ends what the last one was refused for", refused(error("P10")), {train()},
            "none · opening(new, train)", "refusal! phase! open(new)");
        row("what cannot be opened is told", none(opening), {openingFailed(error("shape"))},
            "none · idle · refused shape", "phase! refusal! refuse(shape)");
        row("the run before is in sight again then", run(Stopped, opening),
            {openingFailed(error("shape"))}, "Stopped · idle · refused shape",
            "phase! refusal! refuse(shape)");
        row("an edit meanwhile does not reach into it", none(opening),
            {event::DocumentEdited{"B"}, opened({}, "B")}, "Ready differs · idle",
            " / take_opened differs! phase! show_opened do(train)");
        row("another that is what is drawn takes the mark away", other(Stopped, opening),
            {opened(with(Stopped))}, "Ready · idle",
            "take_opened differs! phase! show_opened do(train)");
    }
    void wishesOpenRuns() { check(); }

    void dataComeFirst_data() {
        addColumns();
        row("they are wanted", none(), {train(noData)}, "none · data(train)", "phase! want_data");
        row("the last wish counts", none(WaitingForData{toTrain}), {batch(noData)},
            "none · data(batch)");
        row("with them the run is opened", none(WaitingForData{toTrain}), {event::DataSettled{}},
            "none · opening(new, train)", "open(new)");
        row("without them it is not", none(WaitingForData{toTrain}),
            {event::DataSettled{noData, error("P05")}}, "none · idle · refused P05",
            "phase! refusal! refuse(P05)");
        row("that ends when they come", refused(noDataThere()), {event::DataCame{}}, "none · idle",
            "refusal!");
        row("other reasons stay", refused(error("shape")), {event::DataCame{}},
            "none · idle · refused shape");
        row("the network went meanwhile", none(WaitingForData{toTrain}),
            {event::DataSettled{neither, {}}}, "none · idle · refused P10",
            "phase! refusal! refuse(P10)");
        row("other settings meanwhile", none(WaitingForData{toTrain}),
            {event::DataSettled{noData, {}}}, "none · data(train)", "want_data");
        row("nobody waits for them", run(Running), {event::DataSettled{noData, error("P05")}},
            "Running · idle");
        row("a run is being opened with those before", none(opening),
            {event::DataSettled{noData, error("P05")}}, "none · opening(new, train)");
        row("they come after the stop", none(WaitingForData{toTrain}),
            {event::StopWanted{}, event::DataSettled{}}, "none · idle · refused stopped",
            "abandon_data phase! refusal! / ");
        row("another document", none(WaitingForData{toTrain}),
            {event::DocumentReplaced{}, event::DataSettled{}}, "none · idle",
            "forget_project phase! / ");
    }
    void dataComeFirst() { check(); }

    void openingsAreStopped_data() {
        addColumns();
        row("a stop answers at once", none(opening), {event::StopWanted{}},
            "none · idle · abandoned · refused stopped",
            "abandon_data abandon_opening phase! refusal!");
        row("the run before is in sight again", run(Finished, opening),
            {event::StopWanted{with(Finished)}}, "Finished · idle · abandoned · refused stopped",
            "abandon_data abandon_opening phase! refusal!");
        row("nobody takes what was opened", abandoned(), {opened()}, "none · idle", "drop_opened");
        row("nobody hears of what could not be opened", abandoned(),
            {openingFailed(error("stopped"))}, "none · idle");
        row("the next start waits for the end", abandoned(), {train()},
            "none · opener(train) · abandoned", "phase!");
        row("the last wish counts", abandoned(WaitingForOpener{toTrain}), {batch()},
            "none · opener(batch) · abandoned");
        row("and follows then", abandoned(WaitingForOpener{toTrain}),
            {openingFailed(error("stopped"))}, "none · opening(new, train)", "open(new)");
        row("also where it had been opened", abandoned(WaitingForOpener{toTrain}), {opened()},
            "none · opening(new, train)", "drop_opened open(new)");
        row("the data have changed meanwhile", abandoned(WaitingForOpener{toTrain}),
            {opened(noData)}, "none · data(train)", "drop_opened want_data");
        row("the network went meanwhile", abandoned(WaitingForOpener{toTrain}), {opened(noNodes)},
            "none · idle · refused P10", "drop_opened phase! refusal! refuse(P10)");
        row("that one is stopped too", abandoned(WaitingForOpener{toTrain}),
            {event::StopWanted{}, opened()}, "none · idle · refused stopped",
            "abandon_data phase! refusal! / drop_opened");
        row("data come before the end", abandoned(WaitingForData{toTrain}),
            {event::DataSettled{}, opened()}, "none · opening(new, train)",
            " / drop_opened open(new)");
        row("data come after the end", abandoned(WaitingForData{toTrain}),
            {opened(noData), event::DataSettled{}}, "none · opening(new, train)",
            "drop_opened / open(new)");
        row("data cannot be had before the end", abandoned(WaitingForData{toTrain}),
            {event::DataSettled{noData, error("P05")}, opened()}, "none · idle · refused P05",
            "phase! refusal! refuse(P05) / drop_opened");
        row("another document", none(opening), {event::DocumentReplaced{}, opened()}, "none · idle",
            "abandon_opening forget_project phase! / drop_opened");
        row("another document that is trained", none(opening),
            {event::DocumentReplaced{}, train(), opened()}, "none · opening(new, train)",
            "abandon_opening forget_project phase! / phase! / drop_opened open(new)");
        row("fresh weights have to wait", none(opening), {event::FreshWeightsWanted{}},
            "none · opening(new, train)");
        row("what is not there cannot be paused", none(opening), {event::PauseWanted{}},
            "none · opening(new, train)");
    }
    void openingsAreStopped() { check(); }

    void anotherNetworkTakesTheRunsPlace_data() {
        addColumns();
        row("an edit is marked", run(Running), {event::DocumentEdited{"B"}},
            "Running differs · idle", "differs! show_tape");
        row("and taken back", other(Running), {event::DocumentEdited{"A"}}, "Running · idle",
            "differs! show_tape");
        row("an edit may mend what was refused", refused(error("shape")),
            {event::DocumentEdited{"B"}}, "none · idle", "refusal!");
        row("the run is ended first", other(Running), {train(with(Running), "B")},
            "Running differs · replacing(train)", "run.stop");
        row("its weights are waited for", other(Running, Replacing{toTrain}),
            {event::WeightsCame{with(Running)}, seen(Stopped), event::WeightsCame{with(Stopped)}},
            "Stopped differs · opening(new, train)",
            " / phase! stop_point! run_is_over run.ask_weights / phase! open(new)");
        row("it fails meanwhile, and has none", other(Running, Replacing{toTrain}),
            {seen(Failed), event::WeightsCame{with(Failed)}},
            "Failed differs · opening(new, train)",
            "phase! stop_point! run_is_over weights_are_lost / phase! open(new)");
        row("the engine is over before it is seen", other(Running, Replacing{toTrain}),
            {event::WeightsCame{with(Stopped)}}, "Running differs · replacing(train)");
        row("the last wish counts", other(Running, Replacing{toTrain}), {batch(with(Running), "B")},
            "Running differs · replacing(batch)", "run.stop");
        row("also after the end", other(Stopped, Replacing{toTrain}), {batch(with(Stopped), "B")},
            "Stopped differs · replacing(batch)");
        row("the edit is undone meanwhile", other(Running, Replacing{toTrain}),
            {event::DocumentEdited{"A"}, batch(with(Running))}, "Running · replacing(batch)",
            "differs! show_tape / run.stop");
        row("the data have changed as well", other(Stopped, Replacing{toTrain}),
            {event::WeightsCame{{.engine = Stopped, .hasData = false}}},
            "Stopped differs · data(train)", "phase! want_data");
        row("the network went meanwhile", other(Stopped, Replacing{toTrain}),
            {event::WeightsCame{{.engine = Stopped, .hasNodes = false}}},
            "Stopped differs · idle · refused P10", "refusal! refuse(P10)");
        row("Stop forgets the wish", other(Running, Replacing{toTrain}),
            {event::StopWanted{with(Running)}, seen(Stopped), event::WeightsCame{with(Stopped)}},
            "Stopped differs · idle",
            "run.stop ending! / phase! stop_point! ending! run_is_over run.ask_weights / ");
        row("and so do fresh weights", other(Running, Replacing{toTrain}),
            {event::FreshWeightsWanted{}, event::WeightsCame{}}, "none · idle",
            "retire_run forget_weights differs! phase! show_tape show_fresh / ");
        row("and another document", other(Running, Replacing{toTrain}), {event::DocumentReplaced{}},
            "none · idle", "retire_run forget_project differs! phase!");
        row("a run that was gone on with stays",
            run({.phase = Ready, .accepted = "B", .differs = true}), {train(with(Ready), "B")},
            "Ready differs · idle", "do(train)");
        row("until something else is drawn",
            run({.phase = Ready, .accepted = "B", .differs = true}), {train(with(Ready), "C")},
            "Ready differs · replacing(train)", "run.stop");
    }
    void anotherNetworkTakesTheRunsPlace() { check(); }

    /// The engine takes no command any more, and the window does not know that yet.
    void aWishMeetsTheEnd_data() {
        addColumns();
        row("the run has finished in this frame", run(Running),
            {train(with(Finished)), seen(Finished), event::WeightsCame{with(Finished)}},
            "Finished · opening(new, train)",
            " / phase! stop_point! run_is_over run.ask_weights / phase! open(new)");
        row("Stop has just been said", run({.phase = Running, .isEnding = true, .isToEnd = true}),
            {batch(with(Running)), seen(Stopped), event::WeightsCame{with(Stopped)}},
            "Stopped · opening(new, batch)",
            "run.stop / phase! stop_point! ending! run_is_over run.ask_weights / phase! open(new)");
        row("its end could not be saved",
            run({.phase = Paused,
                 .isToEnd = true,
                 .trouble = {.why = error("C09"), .hasEndFailed = true}}),
            {train(with(Paused)), seen(Running), seen(Stopped), event::WeightsCame{with(Stopped)}},
            "Stopped · opening(new, train)",
            "run.stop / cannot_save! phase! stop_point! / phase! stop_point! run_is_over "
            "run.ask_weights / phase! open(new)");
        row("one on disk is gone on with", run(Running), {resume(with(Finished))},
            "Finished · opening(resume, -)",
            "phase! stop_point! run_is_over run.ask_weights phase! open(resume)");
    }
    void aWishMeetsTheEnd() { check(); }

    void runsAreGoneOnWith_data() {
        addColumns();
        row("it is opened", none(), {resume()}, "none · opening(resume, -)", "phase! open(resume)");
        row("and stands there", none(resuming), {opened({}, "B")}, "Ready differs · idle",
            "take_opened differs! phase! show_resumed");
        row("what is drawn then does not end it", none(resuming),
            {opened({}, "B"), train(with(Ready), "B")}, "Ready differs · idle",
            "take_opened differs! phase! show_resumed / do(train)");
        row("a wish meanwhile is carried out", none(resuming), {batch(), opened()}, "Ready · idle",
            " / take_opened phase! show_resumed do(batch)");
        row("not while a run goes on", run(Paused), {resume(with(Paused))}, "Paused · idle");
        row("not while another is opened", none(opening), {resume()}, "none · opening(new, train)");
        row("not before a stopped start has ended", abandoned(), {resume()},
            "none · idle · abandoned · refused stopped", "refusal! refuse(stopped)");
        row("its data may be the project's", none(resuming), {openingFailed(noDataThere(), "d")},
            "none · opening(resume at d, -)", "open(resume at d)");
        row("a wish outlives the second try", none(resuming),
            {train(), openingFailed(noDataThere(), "d"), opened()}, "Ready · idle",
            " / open(resume at d) / take_opened phase! show_resumed do(train)");
        row("they are not: the first reason is told", none(resumingAgain),
            {openingFailed(error("P06"), "d")}, "none · idle · refused P05",
            "phase! refusal! refuse(P05) ask_for_data(r)");
        row("the project has none", none(resuming), {openingFailed(noDataThere())},
            "none · idle · refused P05", "phase! refusal! refuse(P05) ask_for_data(r)");
        row("somebody has said where they are", none(),
            {resume({}, "here"), openingFailed(noDataThere(), "d")}, "none · idle · refused P05",
            "phase! open(resume at here) / phase! refusal! refuse(P05) ask_for_data(r)");
        row("there is no such run", none(resuming), {openingFailed(error("G01"), "d")},
            "none · idle · refused G01", "phase! refusal! refuse(G01)");
        row("stopped before the second try", none(resuming),
            {event::StopWanted{}, openingFailed(noDataThere(), "d")},
            "none · idle · refused stopped", "abandon_data abandon_opening phase! refusal! / ");
    }
    void runsAreGoneOnWith() { check(); }

    void pausesAreSeen_data() {
        addColumns();
        row("inside of a step", run(Running), {seen(Paused, inside(3, 2))}, "Paused 3.2 · idle",
            "phase! show_tape stop_point!");
        row("between two steps", run(Running), {seen(Paused)}, "Paused · idle",
            "run.ask_weights phase! show_tape stop_point!");
        row("still there", run({.phase = Paused, .stopPoint = inside(3, 2)}),
            {seen(Paused, inside(3, 2))}, "Paused 3.2 · idle");
        row("one entry further", run({.phase = Paused, .stopPoint = inside(3, 2)}),
            {seen(Paused, inside(3, 3))}, "Paused 3.3 · idle", "show_tape stop_point!");
        row("it goes on", run({.phase = Paused, .stopPoint = inside(3, 2)}), {seen(Running)},
            "Running · idle", "phase! stop_point!");
        row("by hand", run(Running), {event::PauseWanted{}, seen(Paused)}, "Paused by_hand · idle",
            "run.pause / run.ask_weights phase! show_tape stop_point!");
        row("a step is by name again", run({.phase = Paused, .isPausedByHand = true}),
            {event::Wanted{wish::StepEntry{}, "A", with(Paused)}}, "Paused · idle", "do(entry)");
        row("and so is one back",
            run({.phase = Paused, .stopPoint = {.canStepBack = true}, .isPausedByHand = true}),
            {event::StepBackWanted{}}, "Paused · idle", "run.step_back");
        row("where there is one", run(Paused), {event::StepBackWanted{}}, "Paused · idle");
        row("not while it runs", run({.phase = Running, .stopPoint = {.canStepBack = true}}),
            {event::StepBackWanted{}}, "Running · idle");
    }
    void pausesAreSeen() { check(); }

    void stopEndsARun_data() {
        addColumns();
        row("once", run(Running), {event::StopWanted{with(Running)}}, "Running ending · idle",
            "run.stop ending!");
        row("twice", run({.phase = Running, .isEnding = true, .isToEnd = true}),
            {event::StopWanted{with(Running)}}, "Running ending · idle", "run.stop");
        row("it has ended", run({.phase = Running, .isEnding = true, .isToEnd = true}),
            {seen(Stopped)}, "Stopped · idle",
            "phase! stop_point! ending! run_is_over run.ask_weights");
        row("a run that has failed has no weights", run(Running), {seen(Failed)}, "Failed · idle",
            "phase! stop_point! run_is_over weights_are_lost");
        row("none is there, but data are read", none(), {event::StopWanted{}}, "none · idle",
            "abandon_data");
    }
    void stopEndsARun() { check(); }

    void deviceIsLost_data() {
        addColumns();
        const event::DeviceLost lost{"r", "A", toTrain};
        row("it goes on from its last checkpoint", run(Running), {lost},
            "none · opening(resume, train)", "drop_run phase! open(resume)");
        row("or stands there", run(Running), {event::DeviceLost{"r", "A", {}}},
            "none · opening(resume, -)", "drop_run phase! open(resume)");
        row("what is drawn may be something else by now", other(Running), {lost},
            "none · opening(resume, train)", "drop_run differs! phase! open(resume)");
        row("what was to end has failed",
            run({.phase = Running, .isEnding = true, .isToEnd = true}), {lost}, "Failed · idle",
            "phase! stop_point! ending! run_is_over weights_are_lost");
        row("nothing is there", none(), {lost}, "none · idle");
    }
    void deviceIsLost() { check(); }

    void savingMeetsTrouble_data() {
        addColumns();
        row("a full disk", run(Running), {diskIsFull()}, "Running C09 waits_for_room · idle",
            "run.ask_weights cannot_save! fail(C09) look_for_room");
        row("it is full still", run({.phase = Paused, .trouble = full()}),
            {event::RoomLookedFor{Paused, true}}, "Paused C09 waits_for_room · idle",
            "look_for_room");
        row("there is room", run({.phase = Paused, .trouble = full()}),
            {event::RoomLookedFor{Paused, false}}, "Paused C09 · idle", "run.start");
        row("somebody has let it go on", run({.phase = Paused, .trouble = full()}),
            {event::RoomLookedFor{Running, false}}, "Paused C09 · idle");
        row("it has been given up", none(), {event::RoomLookedFor{}}, "none · idle");
        row("told once at a step", run({.phase = Running, .troubleToldAt = 7}), {diskIsFull(7)},
            "Running C09 waits_for_room · idle", "run.ask_weights cannot_save! look_for_room");
        row("and again at another", run({.phase = Running, .troubleToldAt = 7}), {diskIsFull(8)},
            "Running C09 waits_for_room · idle",
            "run.ask_weights cannot_save! fail(C09) look_for_room");
        row("the event comes before the pause", run({.phase = Running, .trouble = full()}),
            {seen(Paused)}, "Paused C09 waits_for_room · idle",
            "run.ask_weights phase! show_tape stop_point!");
        row("going on ends it", run({.phase = Paused, .trouble = full()}), {seen(Running)},
            "Running · idle", "cannot_save! phase! stop_point!");
        row("so does the end, where the pause was too short to be seen",
            run({.phase = Running, .trouble = full()}), {seen(Stopped)}, "Stopped · idle",
            "cannot_save! phase! stop_point! run_is_over run.ask_weights");
        row("it has been saved in the end", run(Stopped), {diskIsFull()}, "Stopped · idle");
        row("Pause stops the waiting", run({.phase = Paused, .trouble = full()}),
            {event::PauseWanted{}, event::RoomLookedFor{Paused, false}},
            "Paused by_hand C09 · idle", "run.pause / ");
        row("at the end", run({.phase = Running, .isEnding = true, .isToEnd = true}),
            {diskIsFull()}, "Running C09 end_failed · idle",
            "run.ask_weights ending! cannot_save! fail(C09)");
        row("Stop once more gives it up",
            run({.phase = Paused, .trouble = {.why = error("C09"), .hasEndFailed = true}}),
            {event::StopWanted{with(Paused)}}, "none · idle",
            "give_up_run cannot_save! phase! show_tape say_unsaved");
        row("Stop tries to save it first", run({.phase = Paused, .trouble = full()}),
            {event::StopWanted{with(Paused)}}, "Paused ending C09 waits_for_room · idle",
            "run.stop ending!");
        row("where the folder is gone, Stop gives it up", run({.phase = Paused, .trouble = gone()}),
            {event::StopWanted{with(Paused)}}, "none · idle",
            "give_up_run cannot_save! phase! show_tape say_unsaved");
        row("and Train goes on in another", run({.phase = Paused, .trouble = gone()}),
            {train(with(Paused))}, "none · opening(new, train)",
            "give_up_run cannot_save! phase! show_tape phase! open(new)");
        row("unless there is nothing left to train", run({.phase = Paused, .trouble = gone()}),
            {train({.engine = Paused, .hasNodes = false})}, "none · idle · refused P10",
            "give_up_run cannot_save! phase! show_tape refusal! refuse(P10)");
        row("also where it was to make room",
            run({.phase = Paused, .differs = true, .trouble = gone()}, Replacing{toTrain}),
            {batch(with(Paused), "B")}, "none · opening(new, batch)",
            "give_up_run cannot_save! differs! phase! show_tape phase! open(new)");
        row("a wish tries again to end the run in its way",
            run({.phase = Paused, .differs = true, .trouble = {.why = error("C08")}},
                Replacing{toTrain}),
            {batch(with(Paused), "B")}, "Paused differs C08 · replacing(batch)", "run.stop");
    }
    void savingMeetsTrouble() { check(); }

    void weightsAreTakenFromDisk_data() {
        addColumns();
        row("they are read", refused(error("shape")), {event::PastWeightsWanted{"r", {}}},
            "none · idle", "refusal! read(r)");
        row("and take the place of a run that is over", other(Finished),
            {event::PastWeightsRead{with(Finished)}}, "none · idle",
            "take_past_weights differs! phase! show_tape show_past_weights");
        row("or of none", none(), {event::PastWeightsRead{}}, "none · idle",
            "take_past_weights show_tape show_past_weights");
        row("they cannot be read", none(), {event::PastWeightsRefused{error("P01")}},
            "none · idle · refused P01", "refusal! refuse(P01)");
        row("not while a run goes on", run(Running), {event::PastWeightsWanted{"r", with(Running)}},
            "Running · idle");
        row("a run has been begun meanwhile", run(Running), {event::PastWeightsRead{with(Running)}},
            "Running · idle", "drop_past_weights");
        row("one is being opened meanwhile", none(opening), {event::PastWeightsRead{}},
            "none · opening(new, train)", "drop_past_weights");
        row("a wish waits for the weights of the run that has ended",
            other(Stopped, Replacing{toTrain}), {event::PastWeightsRead{with(Stopped)}},
            "Stopped differs · replacing(train)", "drop_past_weights");
    }
    void weightsAreTakenFromDisk() { check(); }

    void runsMakeRoom_data() {
        addColumns();
        row("for fresh weights", run({.phase = Running, .isEnding = true, .isToEnd = true}),
            {event::FreshWeightsWanted{}}, "none · idle",
            "retire_run forget_weights ending! phase! show_tape show_fresh");
        row("for fresh weights, though it cannot be saved",
            run({.phase = Paused, .trouble = gone()}), {event::FreshWeightsWanted{}}, "none · idle",
            "retire_run forget_weights cannot_save! phase! show_tape show_fresh");
        row("for another document", run({.phase = Paused, .trouble = full()}),
            {event::DocumentReplaced{}}, "none · idle",
            "retire_run forget_project cannot_save! phase!");
        row("for the end of the program", run(Running), {event::ShutDown{}}, "none · idle",
            "drop_run phase!");
        row("an opening too", abandoned(WaitingForOpener{toTrain}), {event::ShutDown{}, train()},
            "none · opening(new, train)", "phase! / phase! open(new)");
    }
    void runsMakeRoom() { check(); }

    /// Never two openings at once, no wish without an answer, no signal too few: see RunWorld.
    void anythingMayHappenAtAnyTime_data() {
        QTest::addColumn<uint64_t>("seed");
        for (uint64_t seed = 1; seed <= 20; ++seed)
            QTest::addRow("seed %d", static_cast<int>(seed)) << seed;
    }
    void anythingMayHappenAtAnyTime() {
        QFETCH(uint64_t, seed);
        RunWorld world(seed);
        for (int round = 0; round < 60; ++round) {
            for (int i = 0; i < 25; ++i) {
                world.act();
                QVERIFY2(world.complaint().isEmpty(),
                         qPrintable(world.complaint() + "\n" + world.story()));
            }
            // Left alone, it comes to rest: every opening ends.
            int left = 200;
            while (left > 0 && world.settle()) --left;
            QVERIFY2(world.complaint().isEmpty() && left > 0,
                     qPrintable(world.complaint() + "\n" + world.story()));
            const bool isAtRest =
                world.state().phase() != RunPhase::Opening && !world.state().hasAbandonedOpening;
            QVERIFY2(isAtRest, qPrintable(world.story()));
        }
        QVERIFY(world.openings() > 50);
        QVERIFY(world.carriedOut() > 50);
    }
};

QTEST_GUILESS_MAIN(TestRunMachine)
#include "tst_run_machine.moc"
