// SPDX-License-Identifier: Apache-2.0
// What a value that fusion made disappear would be. The tape never changes because somebody looks.
#pragma once

#include <cstddef>

#include "core/device/arena.h"
#include "core/device/memory.h"
#include "core/exec/tape.h"
#include "core/exec/team.h"

namespace vitrine {

// `entry` is the one that runs next, as in value_reader.h.

/// Can recomputeFused be asked at this point: the entry has run, and what it was given is still in
/// memory, or can be packed again from a weight that is?
bool canRecompute(const Tape& tape, ValueId value, int entry);

struct RecomputedValue {
    Arena arena;
    const std::byte* storage() const { return arena.data(); }  ///< as tape.value(…).type says
};

/// A value that fusion made disappear, from the operands of its entry, by that entry's operators
/// up to the one that gives it, in memory of its own; canRecompute holds, or the entry runs next.
/// `memory` is what the tape's Executor works in. Thread: the one that runs the tape.
/// Errors: H02, those of the device.
Result<RecomputedValue> recomputeFused(const Tape& tape, const Memory& memory, ValueId value,
                                       int entry, Team& team);

}  // namespace vitrine
