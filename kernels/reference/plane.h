// SPDX-License-Identifier: Apache-2.0
// One (image, channel) plane of an operand in any layout, for plain loops.
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels::reference {

template <class T>
struct Plane {
    T* origin = nullptr;  ///< pixel (0, 0)
    int64_t rowStride = 0, pixelStride = 0;
    T& at(int64_t h, int64_t w) const { return origin[h * rowStride + w * pixelStride]; }
};

template <class T>
Plane<T> plane(const Image& im, T* data, int64_t n, int64_t c) {
    if (im.layout == Layout::RowMajor) return {data + (n * im.c + c) * im.h * im.w, im.w, 1};
    const bool lanes = im.layout == Layout::Lanes;
    const int64_t index =
        lanes ? n / blockWidth * im.c + c : n * im.channelBlocks() + c / blockWidth;
    const int64_t inner = lanes ? n % blockWidth : c % blockWidth;
    return {data + index * im.planeStride() + im.origin() + inner, im.rowStride(), blockWidth};
}

/// Zeroes what plane (n, c) holds of the halo; the last one also zeroes what lies there in lanes of
/// images or channels that do not exist.
template <class T>
void zeroHalo(const Image& im, T* data, int64_t n, int64_t c) {
    const Plane<T> p = plane(im, data, n, c);
    const bool last = im.layout == Layout::Lanes ? n + 1 == im.n : c + 1 == im.c;
    const int64_t inner = (im.layout == Layout::Lanes ? n : c) % blockWidth;
    const int64_t lanes = last && im.layout != Layout::RowMajor ? blockWidth - inner : 1;
    for (int64_t h = -im.halo; h < im.h + im.halo; ++h)
        for (int64_t w = -im.halo; w < im.w + im.halo; ++w)
            if (h < 0 || h >= im.h || w < 0 || w >= im.w)
                for (int64_t lane = 0; lane < lanes; ++lane) (&p.at(h, w))[lane] = T(0);
}

}  // namespace vitrine::kernels::reference
