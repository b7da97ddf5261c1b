// SPDX-License-Identifier: Apache-2.0
// Values of a step that stands still and that are not in memory: fused away, or given on. They are
// computed again; where the run stands, and every bit of it, stays as it was.
#include <fmt/format.h>

#include "core/exec/fused_value.h"
#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"
#include "core/train/trainer.h"

namespace vitrine {

/// Runs the step again from its start up to an entry, looks, and comes back to where it stood. A
/// trainer that is to quit does not get there, and looks at nothing.
template <class Look>
void Trainer::lookBefore(int entry, Look look) {
    const int here = m_entry;
    rerunTo(entry);
    if (m_entry == entry) look();
    runOnTo(here);
    m_replay.redoEdits(m_model, *m_member, here);
}

/// Looks at a value that fusion hid in an entry that has run; not where its operands are gone and
/// the step cannot be run again.
template <class Look>
void Trainer::lookInside(ValueId value, Look look) {
    const Tape& tape = *m_member->tape;
    const auto compute = [&] {
        const auto computed = recomputeFused(tape, m_model.stateBase(), value, m_entry, m_team);
        if (computed) look(computed->storage());
    };
    if (canRecompute(tape, value, m_entry))
        compute();
    else if (m_replay.isKept())
        lookBefore(fusingEntry(tape, value), compute);
}

void Trainer::recompute(ValueSnapshot& snapshot) {
    const Tape& tape = *m_member->tape;
    const ValueId value = snapshot.query.value;
    if (tape.value(value).storage < 0) {
        recomputeFusedInto(snapshot);
        return;
    }
    const int made = definingEntry(tape, value);
    if (made >= m_entry || !m_replay.isKept()) return;
    lookBefore(made + 1, [&] { addContents(snapshot, m_member->executor->data(value)); });
    snapshot.isRecomputed = true;
    snapshot.reason += made < 0 ? " Shown as the step began with it."
                                : fmt::format(" Shown as {} made it.", entryText(tape, made));
}

/// By the entry's operators up to the one that gives it, from their operands: those in memory now,
/// or where these are gone, those that a second run of the step comes by.
void Trainer::recomputeFusedInto(ValueSnapshot& snapshot) {
    const Tape& tape = *m_member->tape;
    const ValueId value = snapshot.query.value;
    const int place = fusingEntry(tape, value);
    if (place < 0) return;
    if (place >= m_entry) {
        snapshot.reason += " Once that entry has run, it can be computed again.";
        return;
    }
    computeFused(snapshot);
}

void Trainer::computeFused(ValueSnapshot& snapshot) {
    lookInside(snapshot.query.value, [&](const std::byte* storage) {
        addContents(snapshot, storage);
        snapshot.isRecomputed = true;
        snapshot.reason += " Computed again from its operands.";
    });
}

/// Where several operators were fused into the entry that has just made what is not finite: the one
/// of them that made it.
NonFinite Trainer::causeInside(const NonFinite& found) {
    const Tape& tape = *m_member->tape;
    const Instr& instr = tape.entries[static_cast<size_t>(m_entry - 1)].instr;
    if (instr.epilogue.empty() || found.value != instr.out[0]) return found;
    for (const FusedOp& fused : instr.epilogue) {
        NonFinite inside{fused.hidden, 0};
        bool isCause = false;
        lookInside(inside.value, [&](const std::byte* storage) {
            isCause = firstNonFinite(tape.value(inside.value).type, storage, &inside.element);
        });
        if (isCause) return inside;
    }
    return found;
}

}  // namespace vitrine
