// SPDX-License-Identifier: Apache-2.0
// Where a logical element of an image lies in its storage.
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels::reference {

/// Elements from the start of the storage to (n, c, h, w).
constexpr int64_t offsetOf(const Image& image, int64_t n, int64_t c, int64_t h, int64_t w) {
    if (image.layout == Layout::RowMajor) return ((n * image.c + c) * image.h + h) * image.w + w;
    const bool lanes = image.layout == Layout::Lanes;
    const int64_t plane =
        lanes ? n / blockWidth * image.c + c : n * image.channelBlocks() + c / blockWidth;
    const int64_t lane = (lanes ? n : c) % blockWidth;
    return plane * image.planeStride() + image.origin() + h * image.rowStride() + w * blockWidth +
           lane;
}

/// Calls body(n, c, h, w) for every logical element, in row-major order.
template <class Body>
constexpr void forEachElement(const Image& image, Body body) {
    for (int64_t n = 0; n < image.n; ++n)
        for (int64_t c = 0; c < image.c; ++c)
            for (int64_t h = 0; h < image.h; ++h)
                for (int64_t w = 0; w < image.w; ++w) body(n, c, h, w);
}

}  // namespace vitrine::kernels::reference
