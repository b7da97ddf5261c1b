// SPDX-License-Identifier: Apache-2.0
// Inside a step: the debugger's stops become pauses, and what is changed by hand is told.
#include <algorithm>

#include "core/train/trainer.h"

namespace vitrine {

void Trainer::setStops(const StopRequest& request) { m_debugger.setStops(request); }

namespace {

/// Where commands are heard again: so much of floating-point operations and bytes is some
/// milliseconds of one core.
int endOfWork(const Tape& tape, int first, int last) {
    constexpr double most = 1e8;
    double work = 0;
    for (int i = first; i < last; ++i) {
        const TapeEntry& entry = tape.entries[static_cast<size_t>(i)];
        work += entry.flops + entry.bytes;
        if (work > most) return std::max(i, first + 1);
    }
    return last;
}

}  // namespace

/// Entries before this place run at once: nothing stops the step there, and nobody looks.
int Trainer::nextStop() const {
    const int entry = m_debugger.entry();
    if (m_sampler.isSampling() || mayPauseHere()) return entry + 1;
    int next = m_debugger.nextStop();
    if (m_answerAt > entry) next = std::min(next, m_answerAt);
    const int update = m_member->firstUpdate;
    if (update > entry && !mayGoOverUpdates(next)) next = std::min(next, update);
    return m_member->executor->isQueued() ? next : endOfWork(*m_member->tape, entry, next);
}

/// Up to the end the executor may see to what is looked at before updates; by hand nobody does.
bool Trainer::mayGoOverUpdates(int stop) const {
    return stop == m_debugger.entries() && !m_debugger.isByHand() &&
           m_member->executor->watchesSteps();
}

/// True at the step's end; false where something has stopped it before or has to be looked after.
bool Trainer::runEntries() {
    const int entries = m_debugger.entries();
    const bool isSampling = m_sampler.isSampling();
    while (m_debugger.entry() < entries) {
        if (pausesAt(m_debugger.stopBefore())) return false;
        const int entry = m_debugger.entry();
        if (entry == m_member->firstUpdate && !mayUpdate()) return false;
        if (isSampling) m_sampler.beforeEntry(entry);
        m_debugger.runTo(nextStop());
        if (isSampling) m_sampler.afterEntry(entry);
        if (m_debugger.entry() == m_answerAt) answerRunning();
        if (pausesAt(m_debugger.stopBehind())) return false;
        if (m_posted.load(std::memory_order_relaxed) != m_drained) return false;
    }
    return !pausesAt(m_debugger.stopBefore());
}

bool Trainer::pausesAt(const DebugStop& stop) {
    if (!stop || m_stopAsked) return false;
    if (stop.cause == StopCause::NonFinite)
        pauseAt(stop.found);
    else
        pauseAfter(stop.cause == StopCause::Breakpoint ? EventKind::BreakpointHit
                                                       : EventKind::Paused);
    return true;
}

void Trainer::stepBack() {
    const bool paused = m_state.load(std::memory_order_relaxed) == TrainerState::Paused;
    if (!paused || !m_debugger.canStepBack()) return;
    setState(TrainerState::Running);
    reportUndone(m_debugger.stepBack());
    pauseAfter(EventKind::Paused);
}

/// At the end of a step with a loss or gradient norm that is not finite: looks for the entry that
/// made the first such number, and stops behind it. False where nobody watches, where the cause was
/// shown before, or where there is none in this step (an edit by hand).
bool Trainer::findCause() {
    if (!m_debugger.mayFindCause() || m_stopAsked) return false;
    sampleFailedStep();
    const StepDebugger::Cause cause = m_debugger.findCause();
    if (cause.isBrokenOff) return true;
    if (!cause.found) return false;
    reportUndone(cause.undone);
    pauseAt(*cause.found);
    return true;
}

/// Standing still, one element of a value that is there; between two steps, of a state.
void Trainer::editValue(const Command& command) {
    if (m_state.load(std::memory_order_relaxed) == TrainerState::Running) return;
    const ValueEdit edit{m_debugger.entry(), command.value, command.element, command.number};
    if (!m_debugger.edit(edit.value, edit.element, edit.number)) return;
    m_savedStep = -1;  // the newest checkpoint does not have it
    m_lossScaling.read();
    if (m_member) m_isFailureSampled = false;
    reportEdit(EventKind::ValueEdited, edit);
}

}  // namespace vitrine
