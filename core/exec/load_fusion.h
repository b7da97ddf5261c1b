// SPDX-License-Identifier: Apache-2.0
// Fusion forwards: pointwise instructions become part of the loads of all that read their result.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/exec/kernel_choice.h"
#include "core/ir/program.h"

namespace vitrine {

/// `reader` without `made`, a pointwise instruction whose result it reads: it loads that one's
/// first operand instead, through its steps, wherever it reads the result.
Instr withLoad(const Instr& reader, const Instr& made);

/// What a normalisation gives need not be kept for the backward phase where what it was made of is:
/// every reader makes it again, part by part, while it loads. So that neither memory nor time is
/// lost, images that would have to live longer for it, and readers that have to copy, count against
/// it. After fuse and fuseSums. `pinned`: names of values that stay.
void fuseLoads(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo,
               const std::vector<std::string>& pinned);

}  // namespace vitrine
