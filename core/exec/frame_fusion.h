// SPDX-License-Identifier: Apache-2.0
// Frames of zeros around images that windows slide over: who keeps them.
#pragma once

#include <vector>

#include "core/exec/kernel_choice.h"
#include "core/ir/program.h"

namespace vitrine {

/// An image that the backward phase reads too is kept without the frame of zeros that windows want
/// around it, where that is half as large again: each part of a kernel copies what it reads, with
/// its frame, into its scratch. Bits stay. After fuseLoads.
void fuseFrames(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo);

}  // namespace vitrine
