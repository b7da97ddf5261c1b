// SPDX-License-Identifier: Apache-2.0
// Which values share memory, and from when to when each piece of it is needed: views, results in
// the place of an operand, new states over the old ones. No kernel is bound for it, so a pass can
// ask what a program would take before it becomes a tape.
#pragma once

#include "core/exec/layout_pass.h"
#include "core/exec/tape.h"

namespace vitrine {

struct StoragePlan {
    std::vector<TapeValue> values;
    std::vector<TapeStorage> storages;
    std::vector<TapeState> states;

    /// Memory of entry `entry` alone; its place in `storages`.
    int addWorkspace(int64_t bytes, int entry);
    /// Fills the offsets of the step's section.
    MemoryExtent layOut(bool shareMemory);
    /// Bytes of the step's section that are alive at each entry.
    std::vector<int64_t> aliveBytes() const;
};

/// Storages without offsets. Appends the copies of those new states to the program that cannot be
/// written where they belong.
StoragePlan planStorages(TypedProgram& typed, const StateLayout& states,
                         const TapeOptions& options);

}  // namespace vitrine
