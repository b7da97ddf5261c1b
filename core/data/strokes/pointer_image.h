// SPDX-License-Identifier: Apache-2.0
// One image of the data set for regression: a stroke that runs from a thick begin to a thin end,
// as a function of seed and index. What is asked of it is its direction.
#pragma once

#include <cstdint>
#include <span>

#include "core/data/strokes/raster.h"

namespace vitrine::strokes {

struct PointerLooks {
    float bend = 1;       ///< how far the stroke departs from a straight line; 0: not at all
    float noise = 0.02f;  ///< standard deviation of the ink's brightness, 1 = full
};

/// Unit vector from the stroke's begin to its end: x to the right, y down as the rows of an image,
/// so that sin = 1 points to the bottom.
struct Direction {
    float cos = 1, sin = 0;
};

/// Draws image `index` of `seed` into `pixels` (28×28, 0 = paper, 255 = ink) and gives the
/// direction of its stroke. The whole stroke lies in the image; place, length, thickness, bend and
/// direction are random. Depends on nothing but the arguments. Any thread.
Direction drawPointerImage(uint64_t seed, uint64_t index, const PointerLooks& looks,
                           std::span<uint8_t, pixelCount> pixels);

}  // namespace vitrine::strokes
