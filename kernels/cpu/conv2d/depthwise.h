// SPDX-License-Identifier: Apache-2.0
// Convolution in narrow groups with 16 channels in a line: depthwise, one channel a group, and
// groups of two, four or eight channels and as many filters. A line of results meets the same line
// of sources alone; in wider groups than one, its lanes in several orders. Plans of the passes, and
// the code of each instruction set that runs them.
//
// Depthwise has 2 · R · S operations for each float that it reads, so memory bounds it, and a plain
// tile does: one core of a Zen 5 reads and writes 54 GB/s out of the third-level cache with 3 × 3
// (41 % of its multiply-add peak; 5 × 5 reaches 53 %, 7 × 7 65 %).
#pragma once

#include <string_view>

#include "kernels/cpu/conv2d/gather.h"

namespace vitrine::kernels {

/// Channels of a group, at most.
inline constexpr int64_t widestNarrowGroup = 8;

/// Forward and data. A part makes some planes (of one image and block of channels each), or a strip
/// of rows of one.
struct DepthwiseGatherPlan {
    Conv2dGather gather;
    Packing packing;
    int64_t planes = 1;
    int64_t shares = 1, strips = 1;
    bool isFar = false;  ///< the images do not stay in the caches

    int64_t planeBegin(int64_t share) const { return planes * share / shares; }
    int64_t rowBegin(int64_t strip) const { return gather.result.h * strip / strips; }
    int64_t group() const { return gather.sourceChannels; }
    /// Of a block, as [tap][source of the group][16 results].
    int64_t filterFloats() const { return gather.r * gather.s * group() * blockWidth; }
};

/// Weights. Phase 0 has a part for each (group of result rows, counted over all images; block of
/// channels), which leaves sums as [row group][block][source of the group][r][s][16 filters]. Phase
/// 1 has a part for each block: it adds the row groups in their order and writes dw.
struct DepthwiseWeightsPlan {
    Conv2dProblem problem;
    int64_t rowGroups = 1;
    bool isFar = false;
    std::vector<TapRange> rowTaps;  ///< filter rows that each result row meets

    int64_t blocks() const { return problem.y.channelBlocks(); }
    int64_t group() const { return problem.x.c / problem.groups; }
    int64_t blockFloats() const { return group() * problem.window.taps() * blockWidth; }
    /// Groups of whole images where there are enough.
    int64_t rowBegin(int64_t rowGroup) const {
        const Image& y = problem.y;
        return rowGroups <= y.n ? y.n * rowGroup / rowGroups * y.h
                                : y.n * y.h * rowGroup / rowGroups;
    }
};

/// Why the groups of a convolution are not narrow ones; empty where they are.
std::string_view whyNotDepthwise(const Conv2dProblem& problem);
/// What conv2dCost is for it.
double depthwiseSeconds(const Conv2dProblem& problem);

/// The filters of a block, where those of its groups lie one after the other.
void spreadFilters(const DepthwiseGatherPlan& plan, const float* packed, int64_t block, float* to);
const TapRange* rowTaps(const DepthwiseWeightsPlan& plan);
void reduceDepthwiseWeights(const DepthwiseWeightsPlan& plan, const float* sums, float* dw,
                            int64_t block);

Kernel::Run depthwiseGatherRun();
Kernel::Run depthwiseWeightsRun();

}  // namespace vitrine::kernels
