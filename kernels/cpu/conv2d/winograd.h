// SPDX-License-Identifier: Apache-2.0
// Winograd's convolution F(4 × 4, 3 × 3) with 16 channels in a line: plans of the passes, and the
// code of each instruction set that runs them.
//
// Results go in tiles of 4 × 4 pixels, which meet 6 × 6 pixels of the source. In the space of 36
// frequencies a convolution of a tile is a product of two numbers for each frequency, summed over
// the source channels: a small matrix product for each of the 36. So 36 multiplications do the work
// of 144. Source, after Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015),
// with the points 0, ±1, ±2 and ∞.
#pragma once

#include <string_view>

#include "kernels/cpu/conv2d/blocked.h"

namespace vitrine::kernels {

inline constexpr int64_t tileSize = 4, patchSize = 6, frequencies = 36;

/// Tiles of results, row by row within an image.
struct TileGrid {
    int64_t rows = 1, columns = 1;
    constexpr int64_t tiles() const { return rows * columns; }
};
constexpr TileGrid gridOf(const Image& image) {
    return {(image.h + tileSize - 1) / tileSize, (image.w + tileSize - 1) / tileSize};
}

/// Forward and data. A part makes a share of the bands of results for one batch of tiles: for all
/// tiles of some images, or for some rows of tiles of one.
struct WinogradGatherPlan {
    Conv2dGather gather;
    Packing packing;
    TileGrid grid;
    int64_t rowOffset = 0, columnOffset = 0;  ///< from a result to the first pixel that it meets
    int64_t batchImages = 1, batchRows = 1;   ///< of tiles; one of the two is everything or one
    int64_t imageBatches = 1, rowBatches = 1, shares = 1;
    int64_t widestShare = 0;  ///< results of the widest share of bands

    int64_t bandBegin(int64_t share) const {
        return gather.groups * packing.bands() * share / shares;
    }
    int64_t batchTiles() const { return batchImages * batchRows * grid.columns; }
    /// Floats between the tiles of a frequency: an odd number of cache lines, so that tiles do not
    /// meet in the same sets.
    int64_t sourceStride() const { return stride(packing.paddedSources()); }
    int64_t resultStride() const { return stride(widestShare); }

    /// Are tiles of both sides one line of 16 side by side?
    bool isNarrow() const {
        return packing.paddedSources() == blockWidth && widestShare == blockWidth;
    }

    static constexpr int64_t stride(int64_t channels) { return (channels / 16 | 1) * 16; }
};

/// Weights. Phase 0 has a part for each (image group, group, block of filters, block of source
/// channels), which leaves its filters' taps in the form of BlockedWeightsPlan; phase 1 is that
/// one's.
struct WinogradWeightsPlan {
    BlockedWeightsPlan sums;  ///< imageGroups and pairs; the shares are not used
    TileGrid grid;
    int64_t filterBlocks = 1, sourceBlocks = 1;  ///< of 16, of a part
    int64_t filterParts = 1, sourceParts = 1;
    int64_t batchTiles = 1;

    int64_t filterStride() const { return WinogradGatherPlan::stride(filterBlocks * blockWidth); }
    int64_t sourceStride() const { return WinogradGatherPlan::stride(sourceBlocks * blockWidth); }
};

/// Why F(4 × 4, 3 × 3) does not compute a convolution whose images are blocked; empty where it can.
std::string_view whyNotWinograd(const Conv2dProblem& problem);
/// Whether patches of the source are clipped at its borders, so that it needs no halo: for so many
/// result channels of a group, beside whose products that takes next to no time.
bool clipsPatches(const Image& result, int64_t channels);
/// What conv2dCost is for it.
double winogradSeconds(const Conv2dProblem& problem, ConvPass pass);

Kernel::Run winogradGatherRun();
Kernel::Run winogradWeightsRun();

}  // namespace vitrine::kernels
