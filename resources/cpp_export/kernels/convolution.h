// SPDX-License-Identifier: Apache-2.0
// Convolution of images whose channels lie side by side, and fully connected layers, which are
// convolutions of one pixel. A tile of pixels times filters stays in registers while all taps and
// channels are added up: each weight that is read meets every pixel of the tile, each pixel all
// filters. Sizes are constants of the program, so that nothing is left to decide.
#pragma once

#include "lanes.h"

namespace kernels {

/// One axis of a window that slides over x. Lengths in floats; padding stands in x itself.
struct Axis {
    Size out = 1, kernel = 1;
    Size step = 0;  ///< in x, from one result to the next
    Size tap = 0;   ///< in x, from one tap to the next
    Size to = 0;    ///< in y, from one result to the next
};

struct Convolution {
    Axis images = {}, depth = {}, rows = {}, columns = {};
    Size channels = 1, filters = 1, groups = 1;  ///< both of one group
    Size tile = 16;                              ///< filters that are worked on together

    constexpr Size taps() const { return depth.kernel * rows.kernel * columns.kernel; }
    constexpr Size tiles() const { return (filters + tile - 1) / tile; }
};

/// Another operand of what is done to each result before it is stored: where it has the element
/// that belongs to (image, slice, row, column, channel).
template <Size Image, Size Slice, Size Row, Size Column, Size Channel>
struct Beside {
    const float* data;
    KERNELS_INLINE const float* at(Size n, Size z, Size p, Size q, Size k) const {
        return data + n * Image + z * Slice + p * Row + q * Column + k * Channel;
    }
    static constexpr Size step = Channel;
};

/// Rows × columns of a tile: what fits into the registers and divides the image best.
struct TileExtents {
    Size rows = 1, columns = 1;
};
constexpr TileExtents tileExtents(Size rows, Size columns, Size vectors) {
    const Size most =
        (registers - 2 - vectors) / vectors < 1 ? 1 : (registers - 2 - vectors) / vectors;
    const Size parts = (columns + most - 1) / most;
    const Size wide = (columns + parts - 1) / parts;
    Size high = most / wide < rows ? most / wide : rows;
    if (high < 1) high = 1;
    return {parts > 1 ? 1 : high, wide};
}

/// y = store(Σ x · w + bias) for Rows × Columns pixels and the filters of one tile, of which
/// Count are there. `store(k, sum, row, column)` gives the element of filter k.
template <Convolution C, Size Count, Size Rows, Size Columns, class Store>
KERNELS_INLINE void convolutionTile(const float* x, const float* w, const float* bias, float* y,
                                    Store store) {
    constexpr Size vectors = C.tile / width, pixels = Rows * Columns;
    // One pixel alone has too few sums to keep the adders busy: channels take turns among some.
    constexpr Size wanted = 8 / (pixels * vectors);
    constexpr Size strands = wanted < 1 ? 1 : wanted > C.channels ? C.channels : wanted;
    Lanes sums[strands * pixels * vectors];
    each<strands * pixels * vectors>([&](auto i) KERNELS_INLINED {
        if constexpr (i < pixels * vectors)
            sums[i] = KERNELS_LOAD(bias + i % vectors * width);
        else
            sums[i] = Lanes{};
    });
    for (Size t = 0; t < C.depth.kernel; ++t)
        for (Size r = 0; r < C.rows.kernel; ++r)
            for (Size s = 0; s < C.columns.kernel; ++s) {
                const float* from = x + t * C.depth.tap + r * C.rows.tap + s * C.columns.tap;
                const auto take = [&](auto strand) KERNELS_INLINED {
                    Lanes weights[vectors];
                    each<vectors>(
                        [&](auto v) KERNELS_INLINED { weights[v] = KERNELS_LOAD(w + v * width); });
                    each<pixels>([&](auto i) KERNELS_INLINED {
                        const float pixel =
                            from[i / Columns * C.rows.step + i % Columns * C.columns.step];
                        each<vectors>([&](auto v) KERNELS_INLINED {
                            sums[(strand * pixels + i) * vectors + v] += pixel * weights[v];
                        });
                    });
                    ++from;
                    w += C.tile;
                };
                KERNELS_ROLLED for (Size c = 0; c < C.channels / strands; ++c) each<strands>(take);
                each<C.channels % strands>(take);
            }
    alignas(64) float results[pixels * C.tile];
    each<pixels * vectors>([&](auto i) KERNELS_INLINED {
        each<strands - 1>([&](auto strand) KERNELS_INLINED {
            sums[i] += sums[(strand + 1) * pixels * vectors + i];
        });
        KERNELS_STORE(results + i * width, sums[i]);
    });
    for (Size i = 0; i < Rows; ++i)
        for (Size j = 0; j < Columns; ++j) {
            float* const to = y + i * C.rows.to + j * C.columns.to;
            const float* const result = results + (i * Columns + j) * C.tile;
            KERNELS_VECTOR for (Size k = 0; k < Count; ++k) to[k] = store(k, result[k], i, j);
        }
}

/// How the work on one convolution is cut.
template <Convolution C>
struct Cut {
    static constexpr TileExtents best = tileExtents(C.rows.out, C.columns.out, C.tile / width);
    static constexpr Size wide = best.columns, high = best.rows;
    static constexpr Size lastWide = C.columns.out % wide, lastHigh = C.rows.out % high;
};

/// The pixels of one image and slice, for one tile of filters. `store(k, sum, row, column)`.
template <Convolution C, Size Count, class Store>
KERNELS_INLINE void convolutionPlane(const float* x, const float* w, const float* bias, float* y,
                                     Store store) {
    using Parts = Cut<C>;
    const auto part = [&]<Size Rows, Size Columns>(Size p, Size q) KERNELS_INLINED {
        convolutionTile<C, Count, Rows, Columns>(
            x + p * C.rows.step + q * C.columns.step, w, bias, y + p * C.rows.to + q * C.columns.to,
            [&](Size k, float sum, Size i, Size j)
                KERNELS_INLINED { return store(k, sum, p + i, q + j); });
    };
    const auto row = [&]<Size Rows>(Size p) KERNELS_INLINED {
        Size q = 0;
        for (; q + Parts::wide <= C.columns.out; q += Parts::wide)
            part.template operator()<Rows, Parts::wide>(p, q);
        if constexpr (Parts::lastWide > 0) part.template operator()<Rows, Parts::lastWide>(p, q);
    };
    Size p = 0;
    for (; p + Parts::high <= C.rows.out; p += Parts::high) row.template operator()<Parts::high>(p);
    if constexpr (Parts::lastHigh > 0) row.template operator()<Parts::lastHigh>(p);
}

/// y = f(Σ x · w + bias, others …). Weights lie as [group][tile of filters][tap][channel][filter],
/// biases as [group][tile of filters][filter]; those past the last filter are 0.
template <Convolution C, class F, class... Others>
void convolution(const float* x, const float* weights, const float* biases, float* y, F f,
                 Others... others) {
    for (Size n = 0; n < C.images.out; ++n)
        for (Size group = 0; group < C.groups; ++group)
            for (Size tile = 0; tile < C.tiles(); ++tile) {
                const Size at = group * C.tiles() + tile;
                const float* const w = weights + at * C.taps() * C.channels * C.tile;
                const Size first = group * C.filters + tile * C.tile;
                for (Size z = 0; z < C.depth.out; ++z) {
                    const float* const from =
                        x + n * C.images.step + z * C.depth.step + group * C.channels;
                    float* const to = y + n * C.images.to + z * C.depth.to + first;
                    const auto store = [&](Size k, float sum, [[maybe_unused]] Size p,
                                           [[maybe_unused]] Size q) KERNELS_INLINED {
                        return f(sum, *others.at(n, z, p, q, first + k)...);
                    };
                    if constexpr (C.filters % C.tile != 0) {
                        if (tile + 1 == C.tiles()) {
                            convolutionPlane<C, C.filters % C.tile>(from, w, biases + at * C.tile,
                                                                    to, store);
                            continue;
                        }
                    }
                    if constexpr (C.filters >= C.tile)
                        convolutionPlane<C, C.tile>(from, w, biases + at * C.tile, to, store);
                }
            }
}

}  // namespace kernels
