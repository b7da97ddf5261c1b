// SPDX-License-Identifier: Apache-2.0
// Zeroing of halos.
#include "kernels/cpu/conv2d/halo.h"

#include <algorithm>

namespace vitrine::kernels {

void zeroHaloOfRows(const Image& im, float* plane, int64_t begin, int64_t end) {
    if (im.halo == 0) return;
    const int64_t frame = im.halo * im.rowStride(), side = im.halo * blockWidth;
    if (begin == 0) std::fill_n(plane, frame, 0.0f);
    for (int64_t h = begin; h < end; ++h) {
        float* const row = plane + frame + h * im.rowStride();
        std::fill_n(row, side, 0.0f);
        std::fill_n(row + side + im.w * blockWidth, side, 0.0f);
    }
    if (end == im.h) std::fill_n(plane + frame + im.h * im.rowStride(), frame, 0.0f);
}

}  // namespace vitrine::kernels
