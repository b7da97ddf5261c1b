// SPDX-License-Identifier: Apache-2.0
// The same computation once more, with other parameters.
#pragma once

#include <map>
#include <vector>

#include "core/ir/program.h"

namespace vitrine {

/// Appends again what the first `instrs` instructions make of the values that are replaced; what
/// depends on none of them stays as it is. Random numbers are the same. Adds what is new to
/// `replaced`. States go on from the first pass.
void appendAgain(Program& program, size_t instrs, std::map<ValueId, ValueId>& replaced);

}  // namespace vitrine
