// SPDX-License-Identifier: Apache-2.0
// Rewriting a Program without a thought of kernels.
#pragma once

#include "core/ir/program.h"

namespace vitrine {

/// By value: whether it is a state of a program that changes none. What follows from such values
/// alone stays the same from run to run.
std::vector<char> unchangingValues(const Program& program);

/// Drops instructions that no output and no new state needs.
void removeDeadCode(Program& program);

}  // namespace vitrine
