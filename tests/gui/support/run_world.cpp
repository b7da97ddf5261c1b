// SPDX-License-Identifier: Apache-2.0
// Rules of what surrounds the machine: DataKeeper, RunOpener, PastRunKeeper and LiveRun in small.
#include "tests/gui/support/run_world.h"

#include "tests/gui/support/run_machine_text.h"

namespace vitrine::test {

using namespace gui;
using namespace gui::run_machine;

namespace {

Error error(const char* code, std::string_view field = {}) {
    Error why{code, "", {}, "", ""};
    why.place.field = field;
    return why;
}

bool isLive(RunPhase engine) { return engine != RunPhase::None && !isOver(engine); }

/// What the machine holds of a person's wish.
std::optional<Wish> heldBy(const Start& start) {
    return std::visit(
        [](const auto& what) -> std::optional<Wish> {
            if constexpr (requires { what.wish; })
                return what.wish;
            else
                return {};
        },
        start);
}

template <class T>
bool hasAny(const std::vector<Effect>& effects) {
    return std::ranges::any_of(
        effects, [](const Effect& effect) { return std::holds_alternative<T>(effect); });
}

QString wordFor(const std::optional<Wish>& wish) { return wish ? textOf(*wish) : QString("-"); }

}  // namespace

// What may happen.

void RunWorld::act() {
    std::vector<Chance> chances = ofPerson();
    for (const Chance& chance : ofItself()) chances.push_back(chance);
    draw(chances);
}

bool RunWorld::settle() { return draw(ofItself()); }

std::vector<RunWorld::Chance> RunWorld::ofPerson() const {
    return {{12, &RunWorld::want},          {2, &RunWorld::pause},
            {1, &RunWorld::stepBack},       {4, &RunWorld::stop},
            {1, &RunWorld::resume},         {1, &RunWorld::askForPastWeights},
            {6, &RunWorld::edit},           {1, &RunWorld::takeFreshWeights},
            {1, &RunWorld::replaceDocument}};
}

std::vector<RunWorld::Chance> RunWorld::ofItself() const {
    std::vector<Chance> chances;
    const auto where = [&](bool isPossible, Chance chance) {
        if (isPossible) chances.push_back(chance);
    };
    const bool isNews = m_machine.run && (m_machine.run->phase != m_engine);
    where(m_isLoading, {6, &RunWorld::dataSettle});
    where(m_isOpening, {6, &RunWorld::openingEnds});
    where(m_isReading, {6, &RunWorld::pastWeightsAreRead});
    where(m_engine == RunPhase::Running, {4, &RunWorld::engineGoesOn});
    where(m_engine == RunPhase::Running, {1, &RunWorld::engineCannotSave});
    where(m_engine == RunPhase::Running, {1, &RunWorld::engineLosesDevice});
    where(isNews || m_hasFailedToSave, {12, &RunWorld::engineIsSeen});
    where(m_areWeightsAsked && m_engine != RunPhase::Failed, {8, &RunWorld::weightsCome});
    where(m_isRoomLookedFor, {2, &RunWorld::roomIsLookedFor});
    return chances;
}

bool RunWorld::draw(const std::vector<Chance>& chances) {
    int all = 0;
    for (const Chance& chance : chances) all += chance.weight;
    if (all == 0) return false;
    int drawn = upTo(all);
    for (const Chance& chance : chances) {
        drawn -= chance.weight;
        if (drawn >= 0) continue;
        (this->*chance.happen)();
        break;
    }
    return true;
}

// A person and the document.

void RunWorld::want() {
    const Wish wishes[] = {wish::Train{}, wish::StepBatch{}, wish::StepEntry{},
                           wish::RunToNode{"fc"}, wish::RunToEntry{7}};
    m_wish = wishes[upTo(5)];
    feed(event::Wanted{*m_wish, m_drawn, facts()});
}

void RunWorld::pause() { feed(event::PauseWanted{}); }
void RunWorld::stepBack() { feed(event::StepBackWanted{}); }

void RunWorld::stop() {
    m_wish.reset();
    feed(event::StopWanted{facts()});
}

void RunWorld::takeFreshWeights() {
    if (m_machine.phase() != RunPhase::Opening) m_wish.reset();
    feed(event::FreshWeightsWanted{});
}

void RunWorld::resume() { feed(event::ResumeWanted{"r", upTo(2) ? "" : "d", m_drawn, facts()}); }
void RunWorld::askForPastWeights() { feed(event::PastWeightsWanted{"r", facts()}); }

void RunWorld::edit() {
    const char* drawn[] = {"A", "B", "C"};
    m_drawn = drawn[upTo(3)];
    m_hasNodes = upTo(8) > 0;
    if (upTo(3) == 0) {
        m_hasData = upTo(2) > 0;
        m_isLoading = m_isLoading || !m_hasData;
    }
    feed(event::DocumentEdited{m_drawn});
}

void RunWorld::replaceDocument() {
    m_wish.reset();
    m_hasData = false;
    m_isLoading = true;
    feed(event::DocumentReplaced{});
}

// What goes on by itself.

void RunWorld::dataSettle() {
    m_isLoading = false;
    const bool isGood = m_hasNodes && !m_isLoadAbandoned && upTo(4) > 0;
    m_isLoadAbandoned = false;
    if (isGood) {
        m_hasData = true;
        m_next.push_back(event::DataCame{});
    }
    std::optional<Error> why;
    if (m_hasNodes && !m_hasData) why = error("P05", dataFolderField);
    feed(event::DataSettled{facts(), why});
}

void RunWorld::openingEnds() {
    m_isOpening = false;
    // One that is given up may come to its end all the same.
    const bool isGood = upTo(4) > 0;
    m_isOpeningAbandoned = false;
    m_isOpened = isGood;
    if (isGood) return feed(event::Opened{m_compiled, m_drawn, facts()});
    const bool lacksData = upTo(2) > 0;
    feed(event::OpeningFailed{lacksData ? error("P05", dataFolderField) : error("shape"),
                              upTo(2) ? "p" : "", facts()});
}

void RunWorld::pastWeightsAreRead() {
    m_isReading = false;
    if (upTo(4) == 0) return feed(event::PastWeightsRefused{error("P01")});
    feed(event::PastWeightsRead{facts()});
}

void RunWorld::engineGoesOn() {
    if (m_isStopAsked) {
        m_engine = RunPhase::Stopped;
        return;
    }
    const RunPhase ends[] = {RunPhase::Paused, RunPhase::Paused, RunPhase::Finished,
                             RunPhase::Failed};
    m_engine = ends[upTo(4)];
}

/// The event comes before the state.
void RunWorld::engineCannotSave() {
    m_hasFailedToSave = true;
    m_engine = RunPhase::Paused;
}

/// The look at the engine's state that finds it so comes in the place of engineIsSeen.
void RunWorld::engineLosesDevice() {
    m_engine = RunPhase::Failed;
    const bool goesOn = std::holds_alternative<Idle>(m_machine.start) &&
                        !m_machine.seenRun().isToEnd && !m_machine.hasAbandonedOpening;
    const std::optional<Wish> wish = upTo(2) ? std::optional<Wish>(wish::Train{}) : std::nullopt;
    if (goesOn) m_wish = wish;
    feed(event::DeviceLost{"r", m_drawn, wish});
}

void RunWorld::engineIsSeen() {
    // Of one frame: the event may have come before or after the look at the engine's state.
    const event::EngineSeen seen{m_engine, {.step = upTo(3), .insideStep = upTo(2) > 0}};
    if (upTo(2)) feed(seen);
    if (std::exchange(m_hasFailedToSave, false)) {
        const char* codes[] = {"C09", "C08", "G01"};
        feed(event::SaveFailed{error(codes[upTo(3)]), upTo(3)});
    }
    feed(seen);
}

void RunWorld::weightsCome() {
    m_areWeightsAsked = false;
    feed(event::WeightsCame{facts()});
}

void RunWorld::roomIsLookedFor() {
    m_isRoomLookedFor = false;
    feed(event::RoomLookedFor{m_engine, upTo(2) > 0});
}

// The machine.

Facts RunWorld::facts() const {
    return {.engine = m_engine, .hasNodes = m_hasNodes, .hasData = m_hasData};
}

void RunWorld::feed(Event event) {
    m_next.push_back(std::move(event));
    while (!m_next.empty()) {
        const Event now = std::move(m_next.front());
        m_next.pop_front();
        const State before = m_machine;
        Step step = next(m_machine, now);
        m_machine = std::move(step.state);
        m_story << QStringLiteral("event %1: %2 → %3")
                       .arg(now.index())
                       .arg(textOf(step.effects), textOf(m_machine));
        for (const Effect& effect : step.effects) carryOut(effect);
        const bool isOfFile = std::holds_alternative<event::PastWeightsRefused>(now);
        if (!isOfFile && hasAny<effect::Refuse>(step.effects)) m_wish.reset();
        checkSignals(before, step.effects);
    }
    check();
    constexpr int shown = 20;
    if (m_story.size() > shown) m_story = m_story.mid(m_story.size() - shown);
}

void RunWorld::carryOut(const Effect& effect) {
    if (const auto* what = std::get_if<effect::Do>(&effect)) carryOut(*what);
    if (const auto* command = std::get_if<effect::Command>(&effect)) carryOut(*command);
    if (const auto* wanted = std::get_if<effect::CarryOut>(&effect)) carryOut(*wanted);
    if (std::holds_alternative<effect::Open>(effect)) open();
    if (std::holds_alternative<effect::ReadPastWeights>(effect)) m_isReading = true;
}

void RunWorld::open() {
    complainUnless(!m_isOpening && !m_isOpened, "two openings at once");
    complainUnless(!isLive(m_engine), "a run is opened while another goes on");
    m_isOpening = true;
    m_compiled = m_drawn;
    ++m_openings;
}

void RunWorld::letGo() {
    complainUnless(m_engine != RunPhase::None, "a run is let go of that is not there");
    m_engine = RunPhase::None;
    m_hasFailedToSave = m_areWeightsAsked = false;
}

void RunWorld::carryOut(effect::Do what) {
    using enum effect::Do;
    if (what == WantData) m_isLoading = true, m_isLoadAbandoned = false;
    if (what == AbandonData) m_isLoadAbandoned = true;
    if (what == AbandonOpening) {
        complainUnless(m_isOpening && !m_isOpeningAbandoned, "there is no opening to give up");
        m_isOpeningAbandoned = true;
    }
    if (what == TakeOpened || what == DropOpened)
        complainUnless(std::exchange(m_isOpened, false), "nothing was opened");
    if (what == TakeOpened) {
        m_engine = RunPhase::Ready;
        m_isStopAsked = m_hasFailedToSave = m_areWeightsAsked = false;
    }
    if (what == RetireRun || what == GiveUpRun || what == DropRun) letGo();
    if (what == TakePastWeights) {
        complainUnless(!isLive(m_engine), "weights take the place of a run that goes on");
        m_engine = RunPhase::None;
        m_areWeightsAsked = false;
    }
    if (what == WeightsAreLost) m_next.push_back(event::WeightsCame{facts()});
    if (what == LookForRoom) m_isRoomLookedFor = true;
}

void RunWorld::carryOut(effect::Command command) {
    using enum effect::Command;
    complainUnless(m_engine != RunPhase::None, "a command where there is no run");
    if (command == AskWeights) m_areWeightsAsked = true;
    if (!isLive(m_engine)) return;
    if (command == Stop) m_isStopAsked = true;
    if (command == Stop || command == Start) m_engine = RunPhase::Running;
    if (command == Pause && !m_isStopAsked && m_engine == RunPhase::Running)
        m_engine = RunPhase::Paused;
}

void RunWorld::carryOut(const effect::CarryOut& wanted) {
    complainUnless(isLive(m_engine) && !m_isStopAsked, "the engine takes no wishes any more");
    complainUnless(m_wish && textOf(*m_wish) == textOf(wanted.wish), "nobody wants that");
    m_wish.reset();
    m_engine = RunPhase::Running;
    ++m_carriedOut;
}

// What must be so at any time.

void RunWorld::complainUnless(bool isRight, const char* what) {
    if (!isRight && m_complaint.isEmpty()) m_complaint = QString::fromLatin1(what);
}

void RunWorld::check() {
    const State& now = m_machine;
    const bool isOpening = std::holds_alternative<Opening>(now.start);
    const bool waitsForData = std::holds_alternative<WaitingForData>(now.start);
    const bool waitsForOpener = std::holds_alternative<WaitingForOpener>(now.start);
    const bool isReplacing = std::holds_alternative<Replacing>(now.start);
    complainUnless(wordFor(heldBy(now.start)) == wordFor(m_wish), "a wish is lost or made up");
    complainUnless(now.run.has_value() == (m_engine != RunPhase::None), "the run is another one");
    complainUnless(isOpening == (m_isOpening && !m_isOpeningAbandoned), "nothing is being opened");
    complainUnless(now.hasAbandonedOpening == m_isOpeningAbandoned, "that opening has ended");
    complainUnless(!waitsForOpener || m_isOpeningAbandoned, "it waits for what has ended");
    complainUnless(!waitsForData || m_isLoading, "it waits for data that nobody reads");
    complainUnless(!m_isOpened, "nobody has taken what was opened");
    complainUnless(!isReplacing || now.run, "there is no run to replace");
    complainUnless(now.phase() != RunPhase::Opening || !isLive(m_engine),
                   "a run goes on behind an opening");
    complainUnless(!now.seenRun().isEnding || m_isStopAsked, "nobody has ended it");
    complainUnless(!isOver(now.seenRun().phase) || !now.seenRun().trouble.why,
                   "what is over need not be saved");
}

/// Each is told where its part of the state has become another one, and only there.
void RunWorld::checkSignals(const State& before, const std::vector<Effect>& effects) {
    const auto isTold = [&](effect::Tell what) {
        return std::ranges::any_of(effects, [&](const Effect& effect) {
            const auto* told = std::get_if<effect::Tell>(&effect);
            return told && *told == what;
        });
    };
    const OpenRun &was = before.seenRun(), &is = m_machine.seenRun();
    using enum effect::Tell;
    // A phase may come and go in one event.
    complainUnless(isTold(Phase) || before.phase() == m_machine.phase(), "a phase is not told");
    complainUnless(isTold(Differs) == (was.differs != is.differs), "differs");
    complainUnless(isTold(Ending) == (was.isEnding != is.isEnding), "ending");
    complainUnless(isTold(CannotSave) || was.trouble.why.has_value() == is.trouble.why.has_value(),
                   "trouble is not told");
    complainUnless(isTold(Refusal) || before.refusal.has_value() == m_machine.refusal.has_value(),
                   "a refusal is not told");
}

}  // namespace vitrine::test
