// SPDX-License-Identifier: Apache-2.0
// A piece of an image, which may reach beyond it.
#pragma once

#include "core/data/transform.h"

namespace vitrine {

/// What stands beyond an image: of [1, 2, 3] to the right 3, 3 (Edge), 2, 1 (Reflect) or
/// 3, 2 (Symmetric). Both mirrors go on for ever.
enum class Border : uint8_t { Fill, Edge, Reflect, Symmetric };

/// Where one side of a piece begins.
struct Corner {
    int64_t top = 0, left = 0;
};

/// y[i, j] = x[top + i, left + j]. `fill` is for images: masks get class 0.
void crop(WorkedImage& image, Corner corner, int64_t height, int64_t width,
          Border border = Border::Fill, uint8_t fill = 0);

/// Half of what is too much, rounded down; where an image is too small its border's larger half
/// stands behind.
Corner centred(const Shape& image, int64_t height, int64_t width);

/// `fill` in a piece of an image, as much of it as lies inside. Masks stay: what is hidden in a
/// picture is to be guessed.
void fillPiece(WorkedImage& image, Corner corner, int64_t height, int64_t width, uint8_t fill);

}  // namespace vitrine
