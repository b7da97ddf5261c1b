// SPDX-License-Identifier: Apache-2.0
// Rewriting a Program without a thought of kernels.
#pragma once

#include "core/ir/program.h"

namespace vitrine {

/// Drops instructions that no output and no new state needs.
void removeDeadCode(Program& program);

}  // namespace vitrine
