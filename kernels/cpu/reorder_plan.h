// SPDX-License-Identifier: Apache-2.0
// How layout copies cut an image into tiles.
#pragma once

#include <array>
#include <string>

#include "kernels/api/copy.h"
#include "kernels/cpu/cut.h"

namespace vitrine::kernels::cpu {

/// What a plane holds: from which image and channel on, and how many of its lanes are real.
struct PlaneSlice {
    int64_t image, channel, lanes;
};

constexpr PlaneSlice sliceOf(const Image& image, int64_t plane) {
    if (image.layout == Layout::Lanes) {
        const int64_t first = plane / image.c * blockWidth;
        return {first, plane % image.c, std::min(blockWidth, image.n - first)};
    }
    const int64_t first = plane % image.channelBlocks() * blockWidth;
    return {plane / image.channelBlocks(), first, std::min(blockWidth, image.c - first)};
}

/// x and y with extents merged where both allow.
struct ReorderPlan {
    Image x, y;
    std::array<int64_t, 4> xStrides{}, yStrides{};
    bool byPixels = false;  ///< channels lie on end in the row-major image
    Cut items = {};  ///< planes; between lanes and blocked: tiles of 16 images × 16 channels; by
                     ///< pixels: blocks of channels of an image or a group of images
};

/// Why no tiles can be copied; empty where they can.
std::string whyNoTiles(const ReorderProblem& problem);
ReorderPlan makeReorderPlan(const ReorderProblem& problem);

}  // namespace vitrine::kernels::cpu
