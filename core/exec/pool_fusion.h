// SPDX-License-Identifier: Apache-2.0
// Fusion with max pools: forwards into what makes their images, backwards into what reads their
// gradients.
#pragma once

#include <string>
#include <vector>

#include "core/exec/kernel_choice.h"
#include "core/ir/program.h"

namespace vitrine {

/// Makes max pools a part of the instruction whose result they alone read, where kernels compare
/// pixels before they store them: the image before the pool is never kept. No other bits. After
/// fuse, which takes readers of that image away.
void fusePools(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo);

/// The gradient of an image that was pooled, where only the weights of the convolution before it
/// (and its bias) read it: it is zero but at the maxima, and whoever reads it spreads it out, a few
/// lines at a time. A bias adds gradients of maxima alone, which gives other last bits. Before
/// fuseSums. `pinned`: names of values that stay.
void fuseUnpools(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo,
                 const std::vector<std::string>& pinned);

}  // namespace vitrine
