// SPDX-License-Identifier: Apache-2.0
// Convolution with 16 channels in a line: plans of the passes, and the code of each instruction set
// that runs them.
#pragma once

#include "kernels/cpu/conv2d/gather.h"

namespace vitrine::kernels {

/// Forward and data. The result channels of a group go in bands of `width` blocks (the last band
/// may be narrower), those of the packed filters. A part for each (image, strip, share of the
/// bands).
struct BlockedGatherPlan {
    Conv2dGather gather;
    Packing packing;
    int64_t sourceBlocks = 1, resultBlocks = 1;  ///< of one group
    int64_t width = 1, bands = 1;
    int64_t lastChannels = blockWidth;  ///< real channels of a group's last source block
    int64_t blockChunk = 1;             ///< source blocks between two visits of a result
    int64_t strips = 1, shares = 1;
    bool isStreamed = false;  ///< filters do not stay in the second-level cache
    int64_t visitRows = 1;    ///< result rows that go through all chunks and bands together

    int64_t bandWidth(int64_t band) const {
        const int64_t rest = resultBlocks - band * width;
        return rest < width ? rest : width;
    }
    /// Floats that one source block of a band takes, for each block of the band's width.
    int64_t blockFloats() const { return gather.r * gather.s * packing.run * blockWidth; }
    int64_t rowBegin(int64_t strip) const { return gather.result.h * strip / strips; }
    int64_t bandBegin(int64_t share) const { return gather.groups * bands * share / shares; }
};

inline constexpr int64_t maxBandBlocks = 2;
/// What result rows [begin, end) of a part's image read of the source.
ResultShare blockedGatherReads(const BlockedGatherPlan& plan, int64_t part, int64_t begin,
                               int64_t end);

/// Weights. Phase 0 has a part for each (image group, group, share of the bands of filters, share
/// of the source blocks); it leaves sums as [image group][group][band][source block][r][s][16
/// source channels][band's channels]. Phase 1 adds the image groups in their order and writes dw,
/// with a part for each (group, band, source block).
struct BlockedWeightsPlan {
    Conv2dProblem problem;
    int64_t sourceBlocks = 1, filterBlocks = 1;  ///< of one group
    int64_t width = 1, bands = 1;
    int64_t lastChannels = blockWidth;  ///< real channels of a group's last source block
    int64_t imageGroups = 1, bandShares = 1, blockShares = 1;
    int64_t stripRows = 1, stripImages = 1;  ///< more than one image only where all rows fit
    std::vector<TapRange> rowResults;        ///< result rows that meet each filter row

    int64_t bandWidth(int64_t band) const {
        const int64_t rest = filterBlocks - band * width;
        return rest < width ? rest : width;
    }
    /// Floats of the sums of one band and source block.
    int64_t pairFloats() const { return problem.window.taps() * blockWidth * width * blockWidth; }
    int64_t pairs() const { return problem.groups * bands * sourceBlocks; }
    int64_t imageBegin(int64_t imageGroup) const { return problem.y.n * imageGroup / imageGroups; }
    int64_t bandBegin(int64_t share) const { return bands * share / bandShares; }
    int64_t blockBegin(int64_t share) const { return sourceBlocks * share / blockShares; }
};

/// Parts that read the same planes of x may load them each for itself, as long as they are few.
inline constexpr int64_t mostSharers = 2;
/// Blocks [begin, end) of a group of x, of an image group.
ResultShare weightsReads(const BlockedWeightsPlan& plan, int64_t imageGroup, int64_t group,
                         int64_t begin, int64_t end);

/// Geometry of the pass, with all its images in one group and no shares.
BlockedWeightsPlan blockedWeightsPlan(const Conv2dProblem& problem);
const TapRange* rowResults(const BlockedWeightsPlan& plan);
void reduceBlockedWeights(const BlockedWeightsPlan& plan, const float* sums, float* dw,
                          int64_t pair);

Kernel::Run blockedGatherRun();
Kernel::Run blockedWeightsRun();

}  // namespace vitrine::kernels
