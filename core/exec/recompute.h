// SPDX-License-Identifier: Apache-2.0
// Recompute: less memory for more time. Chooses which values of the forward phase the backward
// phase makes again, and asks the plan of the storages what that gives.
#pragma once

#include "core/base/result.h"
#include "core/exec/layout_pass.h"
#include "core/exec/state_layout.h"
#include "core/exec/tape.h"

namespace vitrine {

/// The program with what `options.recompute` and `options.madeAgain` ask for. What it does follows
/// from the program and the kernels' estimates, never from timing.
TypedProgram recomputed(TypedProgram typed, const StateLayout& states, const TapeOptions& options);

/// Errors: "U09" where a tape that was compiled for a budget takes more: it is the least that was
/// found then.
Result<void> checkBudget(const Tape& tape, const TapeOptions& options);

}  // namespace vitrine
