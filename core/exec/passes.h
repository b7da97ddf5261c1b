// SPDX-License-Identifier: Apache-2.0
// Rewriting a Program without a thought of kernels.
#pragma once

#include "core/ir/program.h"

namespace vitrine {

/// By value: whether it stays the same from run to run. States of a program that changes none do,
/// and what follows from such values alone and is not larger than they are.
std::vector<char> unchangingValues(const Program& program);

/// Drops instructions that no output and no new state needs.
void removeDeadCode(Program& program);

}  // namespace vitrine
