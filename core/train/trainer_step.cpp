// SPDX-License-Identifier: Apache-2.0
// Inside a step: where it stops, how it is taken back, and what is looked at and changed while it
// stands still.
#include <algorithm>

#include "core/exec/value_reader.h"
#include "core/train/trainer.h"

namespace vitrine {

void Trainer::setStops(const StopRequest& request) {
    m_stops = request;
    m_breakpoints.set(request.breakpoints, m_model);
    if (request.isArmed()) m_replay.reserve(m_model);
    for (const Member* member : m_model.training())
        if (member->tape) m_search.reserve(member->tape->values.size());
    m_flags = m_member ? m_breakpoints.of(m_member->tape.get()) : nullptr;
    const bool lookedBefore = m_looks;
    m_looks = request.nonFinite == NonFiniteWatch::EveryValue;
    if (m_looks && !lookedBefore && m_member)
        m_search.beginAt(*m_member->tape, m_model.stateBase(), m_entry);
}

/// At a step's start, with the inputs written.
void Trainer::prepareStops() {
    m_flags = m_breakpoints.of(m_member->tape.get());
    m_causeShown = m_isFailureSampled = false;
    if (m_stops.isArmed() || m_until == Until::NextEntry || m_until == Until::Entry)
        m_replay.keep(m_model, *m_member);
    else
        m_replay.forget();
    if (!m_looks) return;
    const auto found = m_search.begin(*m_member->tape, m_model.stateBase());
    if (found && !m_stopAsked) pauseAt(*found);
}

/// True at the step's end; false where something has stopped it before or has to be looked after.
bool Trainer::runEntries() {
    Executor& executor = *m_member->executor;
    const int entries = executor.entries();
    const bool isSampling = m_sampler.isSampling();
    while (m_entry < entries) {
        if (stopsBeforeEntry()) return false;
        if (m_entry == m_member->firstUpdate && !mayUpdate()) return false;
        if (isSampling) m_sampler.beforeEntry(m_entry);
        executor.runEntry(m_entry++, m_team);
        if (isSampling) m_sampler.afterEntry(m_entry - 1);
        m_standing = -1;
        if (m_entry == m_answerAt) answerRunning();
        if (m_looks && stopsAtResult()) return false;
        if (m_until == Until::NextEntry) {
            pauseAfter(EventKind::Paused);
            return false;
        }
        if (m_posted.load(std::memory_order_relaxed) != m_drained) return false;
    }
    return !stopsBeforeEntry();
}

/// A breakpoint, or the entry that it was to run to. After the last entry: the latter only.
bool Trainer::stopsBeforeEntry() {
    if ((!m_flags && m_until != Until::Entry) || m_entry == m_standing || m_stopAsked) return false;
    const int entries = m_member->executor->entries();
    if (m_until == Until::Entry && m_entry == std::min(m_target, entries))
        pauseAfter(EventKind::Paused);
    else if (m_flags && m_entry < entries && m_flags[m_entry])
        pauseAfter(EventKind::BreakpointHit);
    else
        return false;
    return true;
}

bool Trainer::stopsAtResult() {
    const auto found = m_search.lookAt(*m_member->tape, m_model.stateBase(), m_entry - 1);
    if (!found || m_stopAsked) return false;
    pauseAt(causeInside(*found));
    return true;
}

/// Runs the step again from its start, with what was edited on the way, and stops before an entry.
void Trainer::rerunTo(int entry) {
    m_replay.restore(m_model, *m_member);
    m_entry = 0;
    runOnTo(entry);
}

/// The same from where it stands.
void Trainer::runOnTo(int entry) {
    for (; m_entry < entry && !m_quit.load(std::memory_order_relaxed); ++m_entry) {
        m_replay.redoEdits(m_model, *m_member, m_entry);
        m_member->executor->runEntry(m_entry, m_team);
    }
}

/// Standing before an entry: what was edited here is there again, what was edited behind it is
/// undone and told.
void Trainer::keepEditsUpTo(int entry) {
    m_replay.redoEdits(m_model, *m_member, entry);
    for (const ValueEdit& edit : m_replay.dropEditsFrom(entry + 1)) {
        m_isFailureSampled = false;
        RunEvent event = eventNow(EventKind::EditUndone);
        ++event.step;  // of the step that it would have changed
        event.entry = edit.entry;
        event.value = edit.value;
        event.element = edit.element;
        event.number = edit.number;
        m_sink.add(event);
    }
}

void Trainer::stepBack() {
    const bool paused = m_state.load(std::memory_order_relaxed) == TrainerState::Paused;
    if (!paused || !m_member || m_entry == 0 || !m_replay.isKept()) return;
    setState(TrainerState::Running);
    rerunTo(m_entry - 1);
    keepEditsUpTo(m_entry);
    if (m_looks) m_search.beginAt(*m_member->tape, m_model.stateBase(), m_entry);
    pauseAfter(EventKind::Paused);
}

/// At the end of a step with a loss or gradient norm that is not finite: looks for the entry that
/// made the first such number, and stops behind it. False where nobody watches, where the cause was
/// shown before, or where there is none in this step (an edit by hand).
bool Trainer::findCause() {
    const bool isWatched = m_stops.nonFinite != NonFiniteWatch::Off && m_replay.isKept();
    if (!isWatched || m_causeShown || m_stopAsked) return false;
    const Tape& tape = *m_member->tape;
    sampleFailedStep();
    rerunTo(0);
    auto found = m_search.begin(tape, m_model.stateBase());
    while (!found && m_entry < m_member->executor->entries()) {
        if (m_quit.load(std::memory_order_relaxed)) return true;
        m_replay.redoEdits(m_model, *m_member, m_entry);
        m_member->executor->runEntry(m_entry, m_team);
        found = m_search.lookAt(tape, m_model.stateBase(), m_entry++);
    }
    if (!found) return false;
    keepEditsUpTo(m_entry);
    pauseAt(m_entry > 0 ? causeInside(*found) : *found);
    return true;
}

bool Trainer::mayEdit(const Command& command) const {
    const Tape& tape = m_member ? *presentTape() : fullTape();
    if (command.value < 0 || static_cast<size_t>(command.value) >= tape.values.size()) return false;
    const TapeValue& value = tape.value(command.value);
    if (command.element < 0 || command.element >= value.type.shape.elements()) return false;
    if (!isAlive(tape, command.value, m_entry)) return false;
    return m_member || tape.storages[static_cast<size_t>(value.storage)].isState;
}

/// Standing still, one element of a value that is there; between two steps, of a state.
void Trainer::editValue(const Command& command) {
    if (m_state.load(std::memory_order_relaxed) == TrainerState::Running || !mayEdit(command))
        return;
    const Tape& tape = m_member ? *presentTape() : fullTape();
    writeElement(tape, m_model.stateBase(), command.value, command.element, command.number);
    m_savedStep = -1;  // the newest checkpoint does not have it
    if (m_member) {
        m_isFailureSampled = false;
        m_replay.addEdit({m_entry, command.value, command.element, command.number});
        if (m_looks) m_search.beginAt(tape, m_model.stateBase(), m_entry);
    }
    RunEvent event = eventNow(EventKind::ValueEdited);
    event.step += m_member ? 1 : 0;  // of the step that it changes
    event.value = command.value;
    event.element = command.element;
    event.number = command.number;
    m_sink.add(event);
}

}  // namespace vitrine
