// SPDX-License-Identifier: Apache-2.0
// The border of zeros around a plane of [h + 2 halo][w + 2 halo][16].
#pragma once

#include "kernels/api/kernel.h"

#include <cstring>

namespace vitrine::kernels {

template <class Element>
void zeroElements(Element* from, int64_t count) {
    std::memset(from, 0, static_cast<size_t>(count) * sizeof(Element));
}

/// Zeroes the halo of the plane that starts at `plane`, and nothing else.
template <class Element>
void zeroHalo(const Image& image, Element* plane) {
    if (image.halo == 0) return;
    const int64_t row = image.rowStride();
    const int64_t side = image.halo * blockWidth;
    // The right halo of a row and the left halo of the next one touch.
    zeroElements(plane, image.halo * row + side);
    Element* right = plane + image.origin() + image.w * blockWidth;
    for (int64_t i = 0; i + 1 < image.h; ++i, right += row) zeroElements(right, 2 * side);
    zeroElements(right, side + image.halo * row);
}

}  // namespace vitrine::kernels
