// SPDX-License-Identifier: Apache-2.0
// Convolution with one filter for each channel: channels side by side in a register, and as many
// pixels of a row as there are registers for their sums.
#pragma once

#include "convolution.h"

namespace kernels {

/// Pixels of one row and the channels of one block, of which Count are there.
template <Convolution C, Size Count, Size Columns, class Store>
KERNELS_INLINE void depthwiseTile(const float* x, const float* w, const float* bias, float* y,
                                  Store store) {
    constexpr Size vectors = blockWidth / width;
    Lanes sums[Columns * vectors];
    each<Columns * vectors>(
        [&](auto i) KERNELS_INLINED { sums[i] = KERNELS_LOAD(bias + i % vectors * width); });
    for (Size t = 0; t < C.depth.kernel; ++t)
        for (Size r = 0; r < C.rows.kernel; ++r)
            for (Size s = 0; s < C.columns.kernel; ++s) {
                const float* const from = x + t * C.depth.tap + r * C.rows.tap + s * C.columns.tap;
                Lanes weights[vectors];
                each<vectors>([&](auto v)
                                  KERNELS_INLINED { weights[v] = KERNELS_LOAD(w + v * width); });
                each<Columns * vectors>([&](auto i) KERNELS_INLINED {
                    sums[i] +=
                        KERNELS_LOAD(from + i / vectors * C.columns.step + i % vectors * width) *
                        weights[i % vectors];
                });
                w += blockWidth;
            }
    alignas(64) float results[Columns * blockWidth];
    each<Columns * vectors>([&](auto i)
                                KERNELS_INLINED { KERNELS_STORE(results + i * width, sums[i]); });
    for (Size j = 0; j < Columns; ++j) {
        float* const to = y + j * C.columns.to;
        const float* const result = results + j * blockWidth;
        KERNELS_VECTOR for (Size k = 0; k < Count; ++k) to[k] = store(k, result[k], j);
    }
}

/// y = f(Σ x · w + bias, others …), C.groups channels. Weights lie as [block][tap][16 channels],
/// biases as [block][16 channels]. Reads up to 15 floats past the last channel of a pixel.
template <Convolution C, class F, class... Others>
void depthwise(const float* x, const float* weights, const float* biases, float* y, F f,
               Others... others) {
    constexpr Size vectors = blockWidth / width;
    constexpr Size most = (registers - 2 - vectors) / vectors;
    constexpr Size parts = (C.columns.out + most - 1) / most;
    constexpr Size wide = (C.columns.out + parts - 1) / parts;
    const auto row = [&]<Size Count>(Size n, Size z, Size p, Size block) KERNELS_INLINED {
        const Size first = block * blockWidth;
        const float* const from =
            x + n * C.images.step + z * C.depth.step + p * C.rows.step + first;
        float* const to = y + n * C.images.to + z * C.depth.to + p * C.rows.to + first;
        const float* const w = weights + block * C.taps() * blockWidth;
        const auto part = [&]<Size Columns>(Size q) KERNELS_INLINED {
            depthwiseTile<C, Count, Columns>(
                from + q * C.columns.step, w, biases + first, to + q * C.columns.to,
                [&](Size k, float sum, [[maybe_unused]] Size j)
                    KERNELS_INLINED { return f(sum, *others.at(n, z, p, q + j, first + k)...); });
        };
        Size q = 0;
        for (; q + wide <= C.columns.out; q += wide) part.template operator()<wide>(q);
        if constexpr (C.columns.out % wide > 0) part.template operator()<C.columns.out % wide>(q);
    };
    for (Size n = 0; n < C.images.out; ++n)
        for (Size z = 0; z < C.depth.out; ++z)
            for (Size p = 0; p < C.rows.out; ++p) {
                for (Size block = 0; block < C.groups / blockWidth; ++block)
                    row.template operator()<blockWidth>(n, z, p, block);
                if constexpr (C.groups % blockWidth > 0)
                    row.template operator()<C.groups % blockWidth>(n, z, p, C.groups / blockWidth);
            }
}

}  // namespace kernels
