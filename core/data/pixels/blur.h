// SPDX-License-Identifier: Apache-2.0
// Gaussian blur, of images and of what displaces their pixels.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/data/transform.h"

namespace vitrine {

/// exp(−x² / 2σ²) for x from −radius to radius, divided by its sum.
std::vector<float> gaussian(double sigma, int64_t radius);

/// Along rows, then along columns; the border is mirrored without its edge. `scratch` is made as
/// large as it must be.
void blur(std::span<float> plane, int64_t height, int64_t width, std::span<const float> kernel,
          std::vector<float>& scratch);

/// Each channel; rounded once, at the end. Masks stay.
void blur(WorkedImage& image, std::span<const float> kernel);

}  // namespace vitrine
