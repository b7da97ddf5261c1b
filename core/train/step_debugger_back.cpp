// SPDX-License-Identifier: Apache-2.0
// A step that is taken back, run again to find a cause, and changed by hand.
#include "core/exec/value_reader.h"
#include "core/train/step_debugger.h"

namespace vitrine {

void StepDebugger::restart() {
    if (isKept()) {
        m_replay.restore(*m_executor);
        statesChanged();
    }
    m_entry = 0;
}

void StepDebugger::redoEdits() {
    if (m_replay.redoEdits(tape(), m_entry)) statesChanged();
}

/// Runs the step again from its start, with what was edited on the way, and stops before an entry.
void StepDebugger::rerunTo(int entry) {
    restart();
    runOnTo(entry);
}

/// The same from where it stands.
void StepDebugger::runOnTo(int entry) {
    for (; m_entry < entry && !quits(); ++m_entry) {
        redoEdits();
        m_executor->runEntry(m_entry);
    }
}

/// Standing before an entry: what was edited here is there again, what was edited behind it is
/// undone.
std::vector<ValueEdit> StepDebugger::keepEditsUpTo(int entry) {
    if (m_replay.redoEdits(tape(), entry)) statesChanged();
    return m_replay.dropEditsFrom(entry + 1);
}

std::vector<ValueEdit> StepDebugger::goBackTo(int entry) {
    VITRINE_CHECK(canStepBack() && entry >= 0 && entry < m_entry,
                  "a step is taken back to an entry that has run, from a copy of its start");
    rerunTo(entry);
    std::vector<ValueEdit> undone = keepEditsUpTo(m_entry);
    if (looks()) m_search.beginAt(tape(), m_memory, m_entry);
    return undone;
}

bool StepDebugger::mayFindCause() const {
    return m_stops.nonFinite != NonFiniteWatch::Off && isKept() && !m_causeShown;
}

StepDebugger::Cause StepDebugger::findCause() {
    rerunTo(0);
    auto found = m_search.begin(tape(), m_memory);
    while (!found && m_entry < entries()) {
        if (quits()) return {.isBrokenOff = true};
        redoEdits();
        m_executor->runEntry(m_entry);
        found = m_search.lookAt(tape(), m_memory, m_entry++);
    }
    if (!found) return {};
    Cause cause{.undone = keepEditsUpTo(m_entry)};
    cause.found = foundHere(m_entry > 0 ? causeInside(*found) : *found).found;
    return cause;
}

bool StepDebugger::mayEdit(const Tape& tape, ValueId id, int64_t element) const {
    if (id < 0 || static_cast<size_t>(id) >= tape.values.size()) return false;
    const TapeValue& value = tape.value(id);
    if (element < 0 || element >= value.type.shape.elements()) return false;
    if (!isAlive(tape, id, m_entry)) return false;
    return m_executor || tape.storages[static_cast<size_t>(value.storage)].isState;
}

bool StepDebugger::edit(ValueId value, int64_t element, double number) {
    const Tape& edited = (m_executor ? m_executor : m_executors.front())->tape();
    if (!mayEdit(edited, value, element)) return false;
    writeElement(edited, m_memory, value, element, number);
    statesChanged();
    if (!m_executor) return true;
    m_replay.addEdit({m_entry, value, element, number});
    if (looks()) m_search.beginAt(edited, m_memory, m_entry);
    return true;
}

}  // namespace vitrine
