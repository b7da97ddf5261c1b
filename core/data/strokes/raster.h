// SPDX-License-Identifier: Apache-2.0
// From ink to pixels: a 28×28 image as MNIST's were made, the digit scaled into a box of 20×20 and
// then moved so that its centre of mass is the image's centre.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/rng.h"
#include "core/data/strokes/curve.h"

namespace vitrine::strokes {

inline constexpr int imageSide = 28, boxSide = 20, pixelCount = imageSide * imageSide;

/// How much of a pixel is inked, 0 to 1.
using Canvas = std::array<float, pixelCount>;

/// Moves and scales the ink (its radii are pixels already and stay) so that it fills the box.
void fitIntoBox(std::vector<Ink>& ink);

/// Inks the pixels within reach of each line. The edge falls from 1 to 0 over `softness` pixels.
void draw(std::span<const Ink> ink, float softness, Canvas& canvas);

/// The same on a square canvas [side, side].
void draw(std::span<const Ink> ink, float softness, int side, std::span<float> canvas);

/// Moves the image by whole pixels so that its centre of mass comes to the middle, as far as the
/// box allows.
void centre(Canvas& canvas);

/// 3×3 blur: each pixel keeps 1 − `amount`, its neighbours share the rest.
void blur(float amount, Canvas& canvas);

/// From ink to bytes, 0 = paper, 255 = ink: the contrast of the whole image differs a little, and
/// each inked pixel's brightness by `noise` (standard deviation, 1 = full).
void develop(float noise, Rng& rng, const Canvas& canvas, std::span<uint8_t, pixelCount> pixels);

}  // namespace vitrine::strokes
