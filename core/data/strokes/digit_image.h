// SPDX-License-Identifier: Apache-2.0
// One image of the built-in data set: a handwritten-looking digit as a function of seed and index.
#pragma once

#include <cstdint>
#include <span>

#include "core/data/strokes/raster.h"

namespace vitrine::strokes {

struct Looks {
    float distortion = 1;  ///< 0: the bare skeletons
    float noise = 0.02f;   ///< standard deviation of the ink's brightness, 1 = full
};

/// Draws image `index` of `seed` into `pixels` (28×28, 0 = paper, 255 = ink) and gives its digit.
/// Depends on nothing but the arguments. Any thread.
int32_t drawDigitImage(uint64_t seed, uint64_t index, const Looks& looks,
                       std::span<uint8_t, pixelCount> pixels);

/// The digit of image `index` of `seed`, without drawing it. Any thread.
int32_t digitOfImage(uint64_t seed, uint64_t index);

}  // namespace vitrine::strokes
