// SPDX-License-Identifier: Apache-2.0
// Fusion: pointwise operators become part of the instruction whose result they read.
#pragma once

#include <optional>
#include <vector>

#include "core/exec/kernel_choice.h"
#include "core/ir/program.h"

namespace vitrine {

/// `producer`, and after it `consumer`, a pointwise instruction that reads its only result: what
/// fusion makes of the two. It keeps the origins of both. `isChain`: the producer is pointwise too.
Instr fused(const Instr& producer, const Instr& consumer, bool isChain);

/// `producer`, and beside it `sum`, a reduction by channel of its result.
Instr withSum(const Instr& producer, const Instr& sum);

/// The way of going that `before` took, for an instruction that does more; nothing where kernels do
/// not offer it any more.
std::optional<KernelChoice> choiceLike(const Program& program, const KernelChoice& before,
                                       const Instr& both, OfferMemo& memo);

/// Takes out instructions that became part of others.
void eraseDropped(Program& program, std::vector<KernelChoice>& choices,
                  const std::vector<char>& drop);

/// Fuses every pointwise instruction into the last of those that made its operands where nobody
/// else reads what that made, both lie alike, and kernels take it; so whole chains become one
/// instruction, which stands where the last one stood. `choices`: one for each instruction, made
/// without a thought of fusion, so that fusion changes no layout and no bit.
void fuse(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo);

/// Makes reductions by channel a part of what makes their image: they are summed while it is in the
/// caches, part by part, which gives other last bits than one sum over all. After fuse.
void fuseSums(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo);

}  // namespace vitrine
