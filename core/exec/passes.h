// SPDX-License-Identifier: Apache-2.0
// Passes that rewrite a Program: each takes one and leaves one that computes the same.
#pragma once

#include "core/opdef/program.h"

namespace vitrine {

/// Drops instructions that no output and no new state needs.
void removeDeadCode(Program& program);

/// Folds an operator into the instruction that made its first operand, where that instruction's
/// descriptor lists it as an epilogue, nobody else reads the value between them, and the shapes
/// agree. The folded instruction stands where the later one stood and keeps the origins of both;
/// the value that disappeared is remembered in FusedOp::hidden.
void fuseEpilogues(Program& program);

}  // namespace vitrine
