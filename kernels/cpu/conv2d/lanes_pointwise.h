// SPDX-License-Identifier: Apache-2.0
// Forward and data of 1 × 1 filters with 16 images in the lanes: the pixels of all channels that a
// tile sums lie a whole plane apart, which for many sizes of images is the same place of a cache.
#pragma once

#include "kernels/cpu/conv2d/gather.h"

namespace vitrine::kernels {

/// A part for each (lane group, strip of rows).
struct LanesPointwisePlan {
    Conv2dGather gather;
    Packing packing;
    int64_t strips = 1;

    int64_t rowBegin(int64_t strip) const { return gather.result.h * strip / strips; }
};

/// Whether the planes of the source crowd one place of the caches, and results meet one pixel each.
bool takesLanesPointwise(const Conv2dGather& gather);
/// Of a gather that it takes; sums have the order of conv2dLanesDirect.
Kernel makeLanesPointwise(Conv2dGather gather, const Packing& packing);

}  // namespace vitrine::kernels
