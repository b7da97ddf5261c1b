// SPDX-License-Identifier: Apache-2.0
// What a copy of a run's weights holds of a value on a tape: for those who look at them when no run
// is there to be asked.
#pragma once

#include <optional>

#include "core/exec/tape.h"
#include "core/probe/value_snapshot.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// Nothing where the value is no state of the tape, or the copy has none of its name and shape.
std::optional<ValueSnapshot> keptValue(const Snapshot& states, const Tape& tape,
                                       const ValueQuery& query);

}  // namespace vitrine
