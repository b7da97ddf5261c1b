// SPDX-License-Identifier: Apache-2.0
// The way forward through a step, and where it stops.
#include "core/train/step_debugger.h"

#include <algorithm>

#include "core/base/guard.h"

namespace vitrine {

namespace {

Memory& memoryOf(const std::vector<Executor*>& executors) {
    VITRINE_CHECK(!executors.empty(), "a debugger has tapes to step through");
    return executors.front()->memory();
}

}  // namespace

StepDebugger::StepDebugger(std::vector<Executor*> executors, Team& team,
                           const std::atomic<bool>* quit)
    : m_executors(std::move(executors)),
      m_memory(memoryOf(m_executors)),
      m_team(team),
      m_quit(quit),
      m_replay(m_memory) {}

void StepDebugger::setStops(const StopRequest& stops) {
    const bool lookedBefore = looks();
    m_stops = stops;
    m_breakpoints.set(stops.breakpoints, m_executors);
    if (stops.isArmed()) m_replay.reserve(m_executors);
    for (const Executor* executor : m_executors) m_search.reserve(executor->tape().values.size());
    m_flags = m_executor ? m_breakpoints.of(&tape()) : nullptr;
    if (looks() && !lookedBefore && m_executor) m_search.beginAt(tape(), m_memory, m_entry);
}

void StepDebugger::goUntil(Until until, int entry) {
    m_until = until;
    m_target = entry;
}

void StepDebugger::keep(Executor& executor) {
    m_replay.reserve(m_executors);
    m_replay.keep(executor);
}

DebugStop StepDebugger::begin(Executor& executor) {
    m_executor = &executor;
    m_entry = 0;
    m_standing = -1;
    m_flags = m_breakpoints.of(&tape());
    m_causeShown = false;
    if (m_stops.isArmed() || isByHand())
        keep(executor);
    else
        m_replay.forget();
    if (!looks()) return {};
    const auto found = m_search.begin(tape(), m_memory);
    return found ? foundHere(*found) : DebugStop{};
}

void StepDebugger::end() {
    m_executor = nullptr;
    m_entry = 0;
    m_flags = nullptr;
}

DebugStop StepDebugger::stopHere() const {
    if (m_until == Until::Entry && m_entry == std::min(m_target, entries()))
        return {StopCause::Entry};
    if (m_flags && m_entry < entries() && m_flags[m_entry]) return {StopCause::Breakpoint};
    return {};
}

int StepDebugger::nextStop() const {
    if (looks() || m_until == Until::NextEntry) return m_entry + 1;
    int next = entries();
    if (m_until == Until::Entry && m_target > m_entry) next = std::min(next, m_target);
    if (!m_flags) return next;
    return static_cast<int>(std::find(m_flags + m_entry + 1, m_flags + next, 1) - m_flags);
}

void StepDebugger::runTo(int place) {
    while (m_entry < place) {
        const int next = m_replay.nextCopy(tape(), m_entry, place);
        orThrow(m_executor->run(m_entry, next));
        m_entry = next;
        m_replay.copyEdits(tape(), m_entry);
    }
    m_standing = -1;
}

/// Of the entry that has just run.
bool StepDebugger::isExcused() const {
    const TapeEntry& entry = tape().entries[static_cast<size_t>(m_entry - 1)];
    return m_excusesGradients && entry.instr.phase != Phase::Forward;
}

DebugStop StepDebugger::stopAtResult() {
    if (looks() && !isExcused())
        if (const auto found = m_search.lookAt(tape(), m_memory, m_entry - 1))
            return foundHere(causeInside(*found));
    return {m_until == Until::NextEntry ? StopCause::Entry : StopCause::None};
}

DebugStop StepDebugger::foundHere(const NonFinite& found) {
    m_causeShown = true;
    return {StopCause::NonFinite, found};
}

DebugStop StepDebugger::run() {
    DebugStop stop = stopBefore();
    while (!stop && m_entry < entries() && !quits()) {
        runEntry();
        stop = stopBehind();
        if (!stop) stop = stopBefore();
    }
    standStill();
    return stop || m_entry < entries() ? stop : DebugStop{StopCause::End};
}

/// What follows from states alone was worked out of others.
void StepDebugger::statesChanged() {
    for (Executor* executor : m_executors) executor->statesChanged();
}

}  // namespace vitrine
