// SPDX-License-Identifier: Apache-2.0
// Pools, transposed convolution, and convolution by weights that are only known when it runs:
// windows whose taps may lie on padding, which is never read.
#pragma once

#include <cstdint>

#include "lanes.h"

namespace kernels {

/// One axis: result p meets positions p · stride + k · dilation − before of what goes in, k below
/// `kernel`.
struct WindowAxis {
    Size in = 1, out = 1;
    Size kernel = 1, stride = 1, dilation = 1, before = 0, after = 0;
    Size from = 0;  ///< in x, from one position to the next
    Size to = 0;    ///< in y, from one result to the next

    constexpr Size position(Size p, Size k) const { return p * stride + k * dilation - before; }
    constexpr bool isInside(Size at) const { return at >= 0 && at < in; }
};

struct Windows {
    WindowAxis images = {}, depth = {}, rows = {}, columns = {};
    Size channels = 1;
};

/// Calls body(tap, x at the tap) for the taps of a window that lie inside.
template <class Body>
KERNELS_INLINE void forEachTap(const Windows& w, Size z, Size p, Size q, const float* x,
                               Body body) {
    for (Size t = 0; t < w.depth.kernel; ++t) {
        const Size slice = w.depth.position(z, t);
        if (!w.depth.isInside(slice)) continue;
        for (Size r = 0; r < w.rows.kernel; ++r) {
            const Size row = w.rows.position(p, r);
            if (!w.rows.isInside(row)) continue;
            for (Size s = 0; s < w.columns.kernel; ++s) {
                const Size column = w.columns.position(q, s);
                if (w.columns.isInside(column))
                    body((t * w.rows.kernel + r) * w.columns.kernel + s,
                         x + slice * w.depth.from + row * w.rows.from + column * w.columns.from);
            }
        }
    }
}

/// Calls body(z, p, q, x of the image, y at the result) for every result.
template <class Y, class Body>
KERNELS_INLINE void forEachWindow(const Windows& w, const float* x, Y* y, Body body) {
    for (Size n = 0; n < w.images.out; ++n)
        for (Size z = 0; z < w.depth.out; ++z)
            for (Size p = 0; p < w.rows.out; ++p)
                for (Size q = 0; q < w.columns.out; ++q)
                    body(z, p, q, x + n * w.images.from,
                         y + n * w.images.to + z * w.depth.to + p * w.rows.to + q * w.columns.to);
}

/// Blocks of channels, of which the last may have fewer: it is read as a whole, and no more is
/// written than is there.
template <Windows W, class Body>
KERNELS_INLINE void forEachBlock(Body body) {
    for (Size first = 0; first + blockWidth <= W.channels; first += blockWidth)
        body(first, std::integral_constant<Size, blockWidth>{});
    if constexpr (W.channels % blockWidth > 0)
        body(W.channels / blockWidth * blockWidth,
             std::integral_constant<Size, W.channels % blockWidth>{});
}

/// The largest number of each window; a NaN is one. Reads up to 15 floats past the last channel.
template <Windows W, class F>
void maxPool(const float* x, float* y, F f) {
    forEachWindow(W, x, y, [&](Size z, Size p, Size q, const float* image, float* to) {
        forEachBlock<W>([&](Size first, auto count) KERNELS_INLINED {
            float best[blockWidth];
            bool isFirst = true;
            forEachTap(W, z, p, q, image + first, [&](Size, const float* from) KERNELS_INLINED {
                if (isFirst)
                    for (Size k = 0; k < blockWidth; ++k) best[k] = from[k];
                else
                    for (Size k = 0; k < blockWidth; ++k)
                        best[k] = from[k] > best[k] || from[k] != from[k] ? from[k] : best[k];
                isFirst = false;
            });
            for (Size k = 0; k < count; ++k) to[first + k] = f(best[k]);
        });
    });
}

/// The same with the place in its window of the first maximum; `index` lies as y does.
template <Windows W>
void maxPoolIndexed(const float* x, float* y, std::int32_t* index) {
    forEachWindow(W, x, y, [&](Size z, Size p, Size q, const float* image, float* to) {
        for (Size k = 0; k < W.channels; ++k) {
            float best = 0;
            std::int32_t place = -1;
            forEachTap(W, z, p, q, image + k, [&](Size tap, const float* from) {
                const bool firstNan = *from != *from && best == best;
                if (place >= 0 && !(*from > best) && !firstNan) return;
                best = *from;
                place = static_cast<std::int32_t>(tap);
            });
            to[k] = best;
            index[to + k - y] = place;
        }
    });
}

/// The way back of maxima: y is 0 but where `index` says that they were. W goes from y to x, both
/// with channels side by side; `imageStep` and `steps` are those of the index.
template <Windows W>
void maxUnpool(Size count, Size imageStep, const Size (&steps)[3], const float* x,
               const std::int32_t* index, float* y) {
    for (Size i = 0; i < count; ++i) y[i] = 0;
    for (Size n = 0; n < W.images.out; ++n)
        for (Size z = 0; z < W.depth.out; ++z)
            for (Size p = 0; p < W.rows.out; ++p)
                for (Size q = 0; q < W.columns.out; ++q)
                    for (Size k = 0; k < W.channels; ++k) {
                        const Size at =
                            n * imageStep + z * steps[0] + p * steps[1] + q * steps[2] + k;
                        const Size from =
                            n * W.images.to + z * W.depth.to + p * W.rows.to + q * W.columns.to + k;
                        const Size tap = index[at];
                        const Size slice =
                            W.depth.position(z, tap / (W.rows.kernel * W.columns.kernel));
                        const Size row = W.rows.position(p, tap / W.columns.kernel % W.rows.kernel);
                        const Size column = W.columns.position(q, tap % W.columns.kernel);
                        if (tap < 0 || tap >= W.depth.kernel * W.rows.kernel * W.columns.kernel ||
                            !W.depth.isInside(slice) || !W.rows.isInside(row) ||
                            !W.columns.isInside(column))
                            continue;
                        y[n * W.images.from + slice * W.depth.from + row * W.rows.from +
                          column * W.columns.from + k] += x[from];
                    }
}

/// What an average divides by where padding counts: a window may reach past that.
constexpr Size countedTaps(const WindowAxis& axis, Size p) {
    const Size rest = axis.in + axis.after - axis.position(p, 0);
    return axis.kernel < rest ? axis.kernel : rest;
}

/// The mean of each window. Reads up to 15 floats past the last channel.
template <Windows W, bool CountPadding, class F>
void averagePool(const float* x, float* y, F f) {
    forEachWindow(W, x, y, [&](Size z, Size p, Size q, const float* image, float* to) {
        forEachBlock<W>([&](Size first, auto count) KERNELS_INLINED {
            float sums[blockWidth] = {};
            Size taps = 0;
            forEachTap(W, z, p, q, image + first, [&](Size, const float* from) KERNELS_INLINED {
                for (Size k = 0; k < blockWidth; ++k) sums[k] += from[k];
                ++taps;
            });
            if (CountPadding)
                taps = countedTaps(W.depth, z) * countedTaps(W.rows, p) * countedTaps(W.columns, q);
            const float divisor = static_cast<float>(taps);
            for (Size k = 0; k < count; ++k) to[first + k] = f(sums[k] / divisor);
        });
    });
}

/// Σ x · w + bias of weights that lie as [filter][channel][tap]; `bias` may be null. Channels of x
/// are `xChannel` apart; W.channels of them in each of the groups.
template <Windows W, Size Groups, Size Filters>
void plainConvolution(const float* x, Size xChannel, const float* weights, const float* bias,
                      float* y) {
    constexpr Size taps = W.depth.kernel * W.rows.kernel * W.columns.kernel;
    forEachWindow(W, x, y, [&](Size z, Size p, Size q, const float* image, float* to) {
        for (Size k = 0; k < Groups * Filters; ++k) {
            const float* const group = image + k / Filters * W.channels * xChannel;
            const float* const w = weights + k * W.channels * taps;
            float sum = bias ? bias[k] : 0;
            for (Size c = 0; c < W.channels; ++c)
                forEachTap(W, z, p, q, group + c * xChannel,
                           [&](Size tap, const float* from) { sum += *from * w[c * taps + tap]; });
            to[k] = sum;
        }
    });
}

/// Where the result at `at` meets what goes in through tap k, or −1: the other way round than a
/// window, with the extents of the convolution that this one is the transposed of.
constexpr Size sourceOf(const WindowAxis& axis, Size at, Size k) {
    const Size moved = at + axis.before - k * axis.dilation;
    if (moved < 0 || moved % axis.stride != 0) return -1;
    return moved / axis.stride < axis.in ? moved / axis.stride : -1;
}

/// Transposed convolution: y = f(Σ x · w). Weights lie as [group][block of results][tap][channel]
/// [16 results], W.channels of x and Results of y in each group. `in`, `from` are of x.
template <Windows W, Size Groups, Size Results, class F>
void transposedConvolution(const float* x, const float* weights, float* y, F f) {
    constexpr Size blocks = (Results + blockWidth - 1) / blockWidth;
    constexpr Size taps = W.depth.kernel * W.rows.kernel * W.columns.kernel;
    forEachWindow(W, x, y, [&](Size z, Size p, Size q, const float* image, float* to) {
        for (Size at = 0; at < Groups * blocks; ++at) {
            const Size group = at / blocks, first = at % blocks * blockWidth;
            // Four sums in turn, so that none waits for the one before.
            constexpr Size strands = W.channels < 4 ? 1 : 4;
            float sums[strands][blockWidth] = {};
            for (Size tap = 0; tap < taps; ++tap) {
                const Size slice = sourceOf(W.depth, z, tap / (W.rows.kernel * W.columns.kernel));
                const Size row = sourceOf(W.rows, p, tap / W.columns.kernel % W.rows.kernel);
                const Size column = sourceOf(W.columns, q, tap % W.columns.kernel);
                if (slice < 0 || row < 0 || column < 0) continue;
                const float* const from = image + slice * W.depth.from + row * W.rows.from +
                                          column * W.columns.from + group * W.channels;
                const float* const w = weights + (at * taps + tap) * W.channels * blockWidth;
                Size c = 0;
                for (; c + strands <= W.channels; c += strands)
                    for (Size strand = 0; strand < strands; ++strand)
                        for (Size k = 0; k < blockWidth; ++k)
                            sums[strand][k] += from[c + strand] * w[(c + strand) * blockWidth + k];
                for (; c < W.channels; ++c)
                    for (Size k = 0; k < blockWidth; ++k)
                        sums[0][k] += from[c] * w[c * blockWidth + k];
            }
            for (Size k = 0; k < blockWidth && first + k < Results; ++k) {
                float sum = 0;
                for (Size strand = 0; strand < strands; ++strand) sum += sums[strand][k];
                to[group * Results + first + k] = f(sum);
            }
        }
    });
}

}  // namespace kernels
