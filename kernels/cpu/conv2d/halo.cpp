// SPDX-License-Identifier: Apache-2.0
// Zeroing of halos.
#include "kernels/cpu/conv2d/halo.h"

#include <algorithm>

namespace vitrine::kernels {

namespace {

template <class Element>
void zeroAround(const Image& im, Element* plane, int64_t begin, int64_t end) {
    if (im.halo == 0) return;
    const int64_t frame = im.halo * im.rowStride(), side = im.halo * blockWidth;
    if (begin == 0) std::fill_n(plane, frame, Element{});
    for (int64_t h = begin; h < end; ++h) {
        Element* const row = plane + frame + h * im.rowStride();
        std::fill_n(row, side, Element{});
        std::fill_n(row + side + im.w * blockWidth, side, Element{});
    }
    if (end == im.h) std::fill_n(plane + frame + im.h * im.rowStride(), frame, Element{});
}

}  // namespace

void zeroHaloOfRows(const Image& image, float* plane, int64_t begin, int64_t end) {
    zeroAround(image, plane, begin, end);
}
void zeroHaloOfRows(const Image& image, uint8_t* plane, int64_t begin, int64_t end) {
    zeroAround(image, plane, begin, end);
}

}  // namespace vitrine::kernels
