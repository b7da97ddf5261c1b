// SPDX-License-Identifier: Apache-2.0
// Convolution with 16 images in the lanes: plans of the passes, and the code of each instruction
// set that runs them.
#pragma once

#include "kernels/cpu/conv2d_gather.h"

namespace vitrine::kernels {

/// Forward and data. Phase 0 packs the filters as [group][tile][source channel][r][s][filter of the
/// tile], one part for each tile; phase 1 has a part for each (lane group, group, tile, strip).
struct LanesGatherPlan {
    Conv2dGather gather;
    int64_t tiles = 1;         ///< of at most lanesMaxFilters result channels, in each group
    int64_t strips = 1;        ///< of result rows
    int64_t channelChunk = 1;  ///< source channels whose rows stay in L1 over the column taps

    int64_t tileBegin(int64_t tile) const { return gather.resultChannels * tile / tiles; }
    int64_t rowBegin(int64_t strip) const { return gather.result.h * strip / strips; }
};
inline constexpr int64_t lanesMaxFilters = 6;

void packLanesTile(const LanesGatherPlan& plan, const float* w, float* packed, int64_t part);

/// Weights. The columns of a part are the (channel of the group, s) of one filter row r. One phase,
/// a part for each (group, tile of filters, r).
struct LanesWeightsPlan {
    Conv2dProblem problem;
    int64_t channels = 1, filters = 1;  ///< of one group
    int64_t filterTiles = 1;            ///< in each group
    int64_t columnTiles = 1;
    std::vector<TapRange> rowResults, columnResults;  ///< result rows of each r, columns of each s

    int64_t filterBegin(int64_t tile) const { return filters * tile / filterTiles; }
    int64_t columnBegin(int64_t tile) const { return channels * problem.s * tile / columnTiles; }
};

const TapRange* rowResults(const LanesWeightsPlan& plan);
const TapRange* columnResults(const LanesWeightsPlan& plan);

/// How many filters × columns the weights kernel of the chosen instruction set holds.
struct LanesWeightsTile {
    int64_t filters, columns;
};
LanesWeightsTile lanesWeightsTile();

Kernel::Run lanesGatherRun();
Kernel::Run lanesWeightsRun();

}  // namespace vitrine::kernels
