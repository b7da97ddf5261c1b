// SPDX-License-Identifier: Apache-2.0
// One image of the data set for segmentation: strokes on a textured ground, and where they are.
#pragma once

#include <cstdint>
#include <span>

namespace vitrine::strokes {

inline constexpr int scribbleSide = 32, scribblePixels = scribbleSide * scribbleSide;

struct ScribbleLooks {
    /// Contrast of the patterns. 0: plain ground, plain strokes; from 0.5 on a quarter of the
    /// images have strokes that are as bright as the ground and differ by their pattern alone.
    float texture = 1;
    float noise = 0.03f;  ///< standard deviation of each pixel's brightness, 1 = black to white
};

/// Draws image `index` of `seed` into `image` (32×32, 0 = black, 255 = white): one to three strokes
/// over a ground, each of the two with a brightness and a pattern of its own. The strokes may be
/// darker or brighter than the ground, or of another pattern only. `mask` is 255 where a stroke
/// covers more than half of the pixel, else 0, and never 0 everywhere. Depends on nothing but the
/// arguments. Any thread.
void drawScribbleImage(uint64_t seed, uint64_t index, const ScribbleLooks& looks,
                       std::span<uint8_t, scribblePixels> image,
                       std::span<uint8_t, scribblePixels> mask);

}  // namespace vitrine::strokes
