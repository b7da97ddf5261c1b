// SPDX-License-Identifier: GPL-3.0-or-later
// One function for each event; they share the few that change a part of the state and tell it.
#include "gui/bridge/run_machine.h"

#include "core/base/check.h"
#include "gui/bridge/start_words.h"
#include "gui/bridge/window_words.h"

namespace vitrine::gui::run_machine {

namespace {

using effect::Command;
using effect::Do;
using effect::Tell;

bool isElsewhere(const StopPoint& a, const StopPoint& b) {
    return a.step != b.step || a.entry != b.entry || a.insideStep != b.insideStep;
}

/// One event's way through the state.
class Transition {
  public:
    explicit Transition(State state) : m_state(std::move(state)), m_told(m_state.phase()) {}
    Step take() { return {std::move(m_state), std::move(m_effects)}; }

    // A person.

    void on(const event::Wanted& wanted) {
        if (m_state.run) m_state.run->isPausedByHand = false;
        if (hold(wanted.wish)) return;
        if (hasLostFolder()) giveUp();
        if (!m_state.run) return open(wanted.wish, wanted.now);
        const OpenRun& run = *m_state.run;
        const bool waitsForWeights = std::holds_alternative<Replacing>(m_state.start);
        if (isOver(run.phase) && !waitsForWeights) return open(wanted.wish, wanted.now);
        const bool isOther = run.differs && wanted.drawn != run.accepted;
        const bool isUnfit = isOther || run.isToEnd || isOver(wanted.now.engine);
        if (!isUnfit && !waitsForWeights) return add(effect::CarryOut{wanted.wish});
        m_state.start = Replacing{wanted.wish};
        if (!isOver(wanted.now.engine)) end();
    }

    void on(const event::PauseWanted&) {
        if (!m_state.run) return;
        m_state.run->isPausedByHand = true;
        m_state.run->trouble.waitsForRoom = false;
        add(Command::Pause);
    }

    void on(const event::StepBackWanted&) {
        if (!m_state.run) return;
        m_state.run->isPausedByHand = false;
        const bool isPaused = m_state.phase() == RunPhase::Paused;
        if (isPaused && m_state.run->stopPoint.canStepBack) add(Command::StepBack);
    }

    void on(const event::StopWanted& wanted) {
        if (std::holds_alternative<Replacing>(m_state.start)) m_state.start = Idle{};
        if (!m_state.run || isOver(wanted.now.engine)) return abandonStart();
        if (hasLostFolder() || m_state.run->trouble.hasEndFailed) {
            giveUp();
            return add(Do::SayUnsaved);
        }
        end();
        setEnding(true);
    }

    void on(const event::FreshWeightsWanted&) {
        if (m_state.phase() == RunPhase::Opening) return;
        m_state.start = Idle{};
        if (m_state.run) add(Do::RetireRun);
        add(Do::ForgetWeights);
        setRun({});
        tellPhase();
        add(Do::ShowTape);
        add(Do::ShowFresh);
    }

    void on(const event::ResumeWanted& wanted) {
        if (!isFree(wanted.now)) return;
        if (m_state.hasAbandonedOpening) return refuse(stillEnding());
        setRefusal({});
        const OpenRequest request =
            ResumedRun{.folder = wanted.folder, .data = wanted.data, .drawn = wanted.drawn};
        setStart(Opening{request, {}});
        add(effect::Open{request});
    }

    void on(const event::PastWeightsWanted& wanted) {
        if (!isFree(wanted.now)) return;
        setRefusal({});
        add(effect::ReadPastWeights{wanted.folder});
    }

    void on(const event::PastWeightsRefused& refused) { refuse(refused.why); }

    void on(const event::PastWeightsRead& read) {
        if (!isFree(read.now)) return add(Do::DropPastWeights);
        add(Do::TakePastWeights);
        setRun({});
        tellPhase();
        add(Do::ShowTape);
        add(Do::ShowPastWeights);
    }

    // The document.

    void on(const event::DocumentReplaced&) {
        abandonOpening();
        m_state.start = Idle{};
        if (m_state.run) add(Do::RetireRun);
        add(Do::ForgetProject);
        setRun({});
        tellPhase();
        setRefusal({});
    }

    void on(const event::DocumentEdited& edited) {
        setRefusal({});  // the edit may have mended it
        if (!m_state.run) return;
        const bool differs = edited.drawn != m_state.run->essence;
        if (differs == std::exchange(m_state.run->differs, differs)) return;
        add(Tell::Differs);
        add(Do::ShowTape);
    }

    // The background.

    void on(const event::DataCame&) {
        if (m_state.refusal && m_state.refusal->place.field == dataFolderField) setRefusal({});
    }

    void on(const event::DataSettled& settled) {
        const auto* waiting = std::get_if<WaitingForData>(&m_state.start);
        if (!waiting) return;
        if (settled.now.hasData || !settled.why) return open(Wish(waiting->wish), settled.now);
        setStart(Idle{});
        refuse(*settled.why);
    }

    void on(const event::Opened& opened) {
        if (m_state.hasAbandonedOpening) {
            add(Do::DropOpened);
            return abandonedHasEnded(opened.now);
        }
        const Opening opening = takeOpening();
        OpenRun run{.essence = opened.essence, .differs = opened.essence != opened.drawn};
        const auto* resumed = std::get_if<ResumedRun>(&opening.request);
        if (resumed) run.accepted = resumed->drawn;
        add(Do::TakeOpened);
        setRun(std::move(run));
        setRefusal({});
        tellPhase();
        add(effect::ShowOpened{resumed != nullptr});
        if (opening.wish) add(effect::CarryOut{*opening.wish});
    }

    void on(const event::OpeningFailed& failed) {
        if (m_state.hasAbandonedOpening) return abandonedHasEnded(failed.now);
        Opening opening = takeOpening();
        auto* resumed = std::get_if<ResumedRun>(&opening.request);
        if (resumed && triesDataOfProject(*resumed, failed)) {
            m_state.start = opening;
            return add(effect::Open{opening.request});
        }
        const Error why =
            inWindowWords(resumed && resumed->missing ? *resumed->missing : failed.why);
        tellPhase();
        refuse(why);
        if (resumed && why.place.field == dataFolderField)
            add(effect::AskForData{resumed->folder, why});
    }

    // The engine.

    void on(const event::EngineSeen& seen) {
        if (m_state.run) see(seen.phase, seen.stopPoint);
    }

    /// It goes on from its last checkpoint, in its own place. What was to end or to be replaced has
    /// failed.
    void on(const event::DeviceLost& lost) {
        if (!m_state.run) return;
        const bool isWanted = std::holds_alternative<Idle>(m_state.start) && !m_state.run->isToEnd;
        if (!isWanted || m_state.hasAbandonedOpening) return see(RunPhase::Failed, {});
        const OpenRequest request =
            ResumedRun{.folder = lost.folder, .drawn = lost.drawn, .device = lost.device};
        add(Do::DropRun);  // it holds the folder
        setRun({});
        setStart(Opening{request, lost.wish});
        add(effect::Open{request});
    }

    void on(const event::WeightsCame& came) {
        const auto* replacing = std::get_if<Replacing>(&m_state.start);
        if (replacing && m_state.run && isOver(m_state.run->phase))
            open(Wish(replacing->wish), came.now);
    }

    /// Told once for each step that it stands still at.
    void on(const event::SaveFailed& failed) {
        if (!m_state.run || isOver(m_state.run->phase)) return;  // saved in the end
        OpenRun& run = *m_state.run;
        const bool isFull = failed.why.code == "C09";
        run.trouble = SaveTrouble{.why = failed.why,
                                  .hasEndFailed = run.isEnding,
                                  .waitsForRoom = isFull && !run.isEnding};
        add(Command::AskWeights);
        setEnding(false);
        add(Tell::CannotSave);
        const int64_t toldAt = std::exchange(run.troubleToldAt, failed.step);
        if (!run.trouble.waitsForRoom || toldAt != failed.step)
            add(effect::Fail{adviceOn(run.trouble)});
        if (run.trouble.waitsForRoom) add(Do::LookForRoom);
    }

    void on(const event::RoomLookedFor& looked) {
        if (!m_state.run || !m_state.run->trouble.waitsForRoom) return;
        const bool isPaused = looked.engine == RunPhase::Paused;
        if (isPaused && looked.isInTrouble) return add(Do::LookForRoom);
        m_state.run->trouble.waitsForRoom = false;
        if (isPaused) add(Command::Start);
    }

    void on(const event::ShutDown&) {
        m_state.hasAbandonedOpening = false;
        m_state.start = Idle{};
        if (m_state.run) add(Do::DropRun);
        setRun({});
        tellPhase();
    }

  private:
    void add(Effect effect) { m_effects.push_back(std::move(effect)); }

    void tellPhase() {
        if (m_told == m_state.phase()) return;
        m_told = m_state.phase();
        add(Tell::Phase);
    }

    void setStart(Start start) {
        m_state.start = std::move(start);
        tellPhase();
    }

    void setRefusal(std::optional<Error> refusal) {
        if (!refusal && !m_state.refusal) return;
        m_state.refusal = std::move(refusal);
        add(Tell::Refusal);
    }

    /// A start comes to nothing.
    void refuse(const Error& why) {
        setRefusal(why);
        add(effect::Refuse{why});
    }

    void setEnding(bool isEnding) {
        if (isEnding != std::exchange(m_state.run->isEnding, isEnding)) add(Tell::Ending);
    }

    void end() {
        m_state.run->isToEnd = true;
        add(Command::Stop);
    }

    /// In the place of the present one.
    void setRun(std::optional<OpenRun> run) {
        const OpenRun was = m_state.seenRun();
        m_state.run = std::move(run);
        const OpenRun& is = m_state.seenRun();
        if (was.trouble.why.has_value() != is.trouble.why.has_value()) add(Tell::CannotSave);
        if (was.isEnding != is.isEnding) add(Tell::Ending);
        if (was.differs != is.differs) add(Tell::Differs);
    }

    bool hasLostFolder() const { return m_state.run && m_state.run->trouble.hasLostFolder(); }

    /// Nothing more is written; what it has learnt stays in memory.
    void giveUp() {
        add(Do::GiveUpRun);
        setRun({});
        tellPhase();
        add(Do::ShowTape);
    }

    /// Nothing is under way, and no run goes on. One that has just ended is seen to be over.
    bool isFree(const Facts& now) {
        if (!std::holds_alternative<Idle>(m_state.start) || !isOver(now.engine)) return false;
        if (m_state.run) see(now.engine, {});
        return true;
    }

    /// A run is being opened already: the last wish is what is done with it.
    bool hold(const Wish& wish) {
        if (auto* waiting = std::get_if<WaitingForData>(&m_state.start))
            waiting->wish = wish;
        else if (auto* following = std::get_if<WaitingForOpener>(&m_state.start))
            following->wish = wish;
        else if (auto* opening = std::get_if<Opening>(&m_state.start))
            opening->wish = wish;
        else
            return false;
        return true;
    }

    void open(const Wish& wish, const Facts& now) {
        if (!now.hasNodes) {
            setStart(Idle{});
            return refuse(noNetwork());
        }
        setRefusal({});
        if (!now.hasData) {
            setStart(WaitingForData{wish});
            return add(Do::WantData);
        }
        if (m_state.hasAbandonedOpening) return setStart(WaitingForOpener{wish});
        setStart(Opening{NewRun{}, wish});
        add(effect::Open{NewRun{}});
    }

    Opening takeOpening() {
        VITRINE_CHECK(std::holds_alternative<Opening>(m_state.start), "a run is being opened");
        return std::get<Opening>(std::exchange(m_state.start, Idle{}));
    }

    void abandonedHasEnded(const Facts& now) {
        m_state.hasAbandonedOpening = false;
        const auto* waiting = std::get_if<WaitingForOpener>(&m_state.start);
        if (waiting) open(Wish(waiting->wish), now);
    }

    /// Answers at once: what is being made ends in the background, and nobody takes it.
    void abandonStart() {
        add(Do::AbandonData);
        if (m_state.phase() != RunPhase::Opening) return;
        abandonOpening();
        setStart(Idle{});
        setRefusal(startStopped());
    }

    void abandonOpening() {
        if (!std::holds_alternative<Opening>(m_state.start)) return;
        m_state.hasAbandonedOpening = true;
        add(Do::AbandonOpening);
    }

    /// The data of a run are where they were, or with the project where somebody has found them
    /// before. Whether they are the run's is seen by their fingerprint.
    static bool triesDataOfProject(ResumedRun& resumed, const event::OpeningFailed& failed) {
        const bool isTried = !resumed.data.empty() || resumed.missing;
        if (isTried || failed.dataOfProject.empty() || failed.why.place.field != dataFolderField)
            return false;
        resumed.missing = failed.why;
        resumed.data = failed.dataOfProject;
        return true;
    }

    void see(RunPhase phase, const StopPoint& here) {
        OpenRun& run = *m_state.run;
        const RunPhase before = std::exchange(run.phase, phase);
        // The event that makes it comes before the engine's state: only leaving the pause ends it,
        // or the end, where the pause was too short to be seen.
        const bool isLeft = before == RunPhase::Paused && phase != RunPhase::Paused;
        if ((isLeft || isOver(phase)) && std::exchange(run.trouble, {}).why) add(Tell::CannotSave);
        if (phase == RunPhase::Paused) return seePaused(before != phase, here);
        if (phase == before) return;
        run.stopPoint = {};
        tellPhase();
        add(Tell::StopPoint);
        if (isOver(phase)) seeOver();
    }

    void seePaused(bool isNew, const StopPoint& here) {
        const StopPoint before = std::exchange(m_state.run->stopPoint, here);
        if (isNew && !here.insideStep) add(Command::AskWeights);
        tellPhase();
        if (!isNew && !isElsewhere(before, here)) return;
        add(Do::ShowTape);
        add(Tell::StopPoint);
    }

    void seeOver() {
        setEnding(false);
        add(Do::RunIsOver);
        const bool hasFailed = m_state.run->phase == RunPhase::Failed;
        add(hasFailed ? Effect(Do::WeightsAreLost) : Effect(Command::AskWeights));
    }

    State m_state;
    std::vector<Effect> m_effects;
    RunPhase m_told;
};

}  // namespace

Step next(State state, const Event& event) {
    Transition transition(std::move(state));
    std::visit([&](const auto& happened) { transition.on(happened); }, event);
    return transition.take();
}

}  // namespace vitrine::gui::run_machine
