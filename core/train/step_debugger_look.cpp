// SPDX-License-Identifier: Apache-2.0
// Values of a step, those in memory and those that are not: fused away, or given on. They are
// computed again; where the step stands, and every bit of it, stays as it was.
#include <fmt/format.h>

#include "core/exec/fused_value.h"
#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"
#include "core/train/step_debugger.h"

namespace vitrine {

int StepDebugger::placeBehind(const Tape& tape, ValueId value) {
    const int inside = fusingEntry(tape, value);
    return 1 + (inside >= 0 ? inside : definingEntry(tape, value));
}

ValueSnapshot StepDebugger::value(const ValueQuery& query) {
    ValueSnapshot snapshot = readValue(tape(), m_memory, query, m_entry, 0);
    const auto values = static_cast<ValueId>(tape().values.size());
    const bool isKnown = query.value >= 0 && query.value < values;
    if (isKnown && !snapshot.isAlive) recompute(snapshot);
    return snapshot;
}

ValueSnapshot StepDebugger::valueAtHand(const ValueQuery& query) {
    ValueSnapshot snapshot = readValue(tape(), m_memory, query, m_entry, 0);
    if (canRecompute(tape(), query.value, m_entry)) computeFused(snapshot);
    return snapshot;
}

bool StepDebugger::lookAhead(Executor& executor, ValueSnapshot& snapshot) {
    VITRINE_CHECK(!m_executor, "a step is tried out while none is going on");
    keep(executor);
    if (!isKept()) return false;
    m_executor = &executor;
    const ValueId value = snapshot.query.value;
    const int place = placeBehind(tape(), value);
    runOnTo(place);
    if (m_entry == place && fusingEntry(tape(), value) >= 0) {
        computeFused(snapshot);
    } else if (m_entry == place) {
        addContents(snapshot, tape(), m_memory);
        snapshot.isRecomputed = true;
    }
    restart();
    m_replay.forget();
    end();
    return true;
}

/// Runs the step again from its start up to an entry, looks, and comes back to where it stood. Who
/// is to quit does not get there, and looks at nothing.
template <class Look>
void StepDebugger::lookBefore(int entry, Look look) {
    const int here = m_entry;
    rerunTo(entry);
    if (m_entry == entry) look();
    runOnTo(here);
    redoEdits();
}

/// Looks at a value that fusion hid in an entry that has run; not where its operands are gone and
/// the step cannot be run again.
template <class Look>
void StepDebugger::lookInside(ValueId value, Look look) {
    const auto compute = [&] {
        const auto computed = recomputeFused(tape(), m_memory, value, m_entry, m_team);
        if (computed) look(computed->storage());
    };
    if (canRecompute(tape(), value, m_entry))
        compute();
    else if (isKept())
        lookBefore(fusingEntry(tape(), value), compute);
}

void StepDebugger::recompute(ValueSnapshot& snapshot) {
    const ValueId value = snapshot.query.value;
    if (tape().value(value).storage < 0) {
        recomputeFusedInto(snapshot);
        return;
    }
    const int made = definingEntry(tape(), value);
    if (made >= m_entry || !isKept()) return;
    lookBefore(made + 1, [&] { addContents(snapshot, tape(), m_memory); });
    snapshot.isRecomputed = true;
    snapshot.reason += made < 0 ? " Shown as the step began with it."
                                : fmt::format(" Shown as {} made it.", entryText(tape(), made));
}

/// By the entry's operators up to the one that gives it, from their operands: those in memory now,
/// or where these are gone, those that a second run of the step comes by.
void StepDebugger::recomputeFusedInto(ValueSnapshot& snapshot) {
    const int place = fusingEntry(tape(), snapshot.query.value);
    if (place < 0) return;
    if (place >= m_entry) {
        snapshot.reason += " Once that entry has run, it can be computed again.";
        return;
    }
    computeFused(snapshot);
}

void StepDebugger::computeFused(ValueSnapshot& snapshot) {
    lookInside(snapshot.query.value, [&](const std::byte* storage) {
        addContents(snapshot, storage);
        snapshot.isRecomputed = true;
        snapshot.reason += " Computed again from its operands.";
    });
}

/// Where several operators were fused into the entry that has just made what is not finite: the one
/// of them that made it.
NonFinite StepDebugger::causeInside(const NonFinite& found) {
    const Instr& instr = tape().entries[static_cast<size_t>(m_entry - 1)].instr;
    if (found.value != instr.out[0]) return found;
    for (const std::vector<FusedOp>* steps : {&instr.loads, &instr.epilogue})
        for (const FusedOp& step : *steps) {
            NonFinite inside{step.hidden, 0};
            bool isCause = false;
            lookInside(inside.value, [&](const std::byte* storage) {
                isCause = firstNonFinite(tape().value(inside.value).type, storage, &inside.element);
            });
            if (isCause) return inside;
        }
    return found;
}

}  // namespace vitrine
