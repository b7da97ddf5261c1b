// SPDX-License-Identifier: Apache-2.0
// Depthwise convolution, one channel a group, with 16 channels in a line: each line is 16
// convolutions beside each other, and no channel meets another. Plans of the passes, and the code
// of each instruction set that runs them.
//
// It has 2 · R · S operations for each float that it reads, so memory bounds it, and a plain tile
// does: one core of a Zen 5 reads and writes 54 GB/s out of the third-level cache with 3 × 3 (41 %
// of its multiply-add peak; 5 × 5 reaches 53 %, 7 × 7 65 %).
#pragma once

#include <string_view>

#include "kernels/cpu/conv2d/gather.h"

namespace vitrine::kernels {

/// Forward and data. A part makes some planes (of one image and block of channels each), or a strip
/// of rows of one.
struct DepthwiseGatherPlan {
    Conv2dGather gather;
    int64_t planes = 1;
    int64_t shares = 1, strips = 1;

    int64_t planeBegin(int64_t share) const { return planes * share / shares; }
    int64_t rowBegin(int64_t strip) const { return gather.result.h * strip / strips; }
};

/// Weights. Phase 0 has a part for each (group of result rows, counted over all images; block of
/// channels), which leaves sums as [row group][block][r][s][16 channels]. Phase 1 has a part for
/// each block: it adds the row groups in their order and writes dw.
struct DepthwiseWeightsPlan {
    Conv2dProblem problem;
    int64_t rowGroups = 1;
    std::vector<TapRange> rowTaps;  ///< filter rows that each result row meets

    int64_t blocks() const { return problem.y.channelBlocks(); }
    int64_t blockFloats() const { return problem.window.taps() * blockWidth; }
    int64_t rowBegin(int64_t rowGroup) const {
        return problem.y.n * problem.y.h * rowGroup / rowGroups;
    }
};

/// Why a convolution is no depthwise one; empty where it is.
std::string_view whyNotDepthwise(const Conv2dProblem& problem);
/// What conv2dCost is for it.
double depthwiseSeconds(const Conv2dProblem& problem);

const TapRange* rowTaps(const DepthwiseWeightsPlan& plan);
void reduceDepthwiseWeights(const DepthwiseWeightsPlan& plan, const float* sums, float* dw,
                            int64_t block);

Kernel::Run depthwiseGatherRun();
Kernel::Run depthwiseWeightsRun();

}  // namespace vitrine::kernels
