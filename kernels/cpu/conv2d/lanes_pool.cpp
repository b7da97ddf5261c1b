// SPDX-License-Identifier: Apache-2.0
// Forward in lanes with the max pool behind it: a tile is filters × the 2 × 2 pixels of a window,
// which are compared while they are in registers. The image before the pool is written nowhere:
// that saves a store and a load of every pixel, and its memory. Sums are made in the order of
// lanes_gather.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/lanes_pool.cpp"
#include <hwy/foreach_target.h>
//

#include "kernels/cpu/best-inl.h"
#include "kernels/cpu/conv2d/halo.h"
#include "kernels/cpu/conv2d/lanes_sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::lanes_gather::HWY_NAMESPACE {
namespace {

namespace simd = cpu::HWY_NAMESPACE;

/// Filters that are summed at a time: sums of 2 × 2 pixels of each, and what they are made of, are
/// in registers. On AVX2 a band of six goes in two halves.
constexpr int mostFilters = HWY_TARGET == HWY_AVX3 ? 6 : 3;

/// Sums of 2 × 2 pixels: [row][filter][column].
template <int F>
struct WindowSums {
    V at[2][F][2];
};

/// Filters of a band whose first is a part's; maxima and index begin at pixel (0, 0) of its plane.
struct Band {
    int64_t filters;  ///< of the whole band: weights of a tap lie side by side
    float* maxima;
    uint8_t* index;
    float* between;  ///< sums of a window, from one chunk of source channels to the next
};

/// Adds one tap to rows [A, B) of the window: x is its pixel for result (A, 0), w its weights. What
/// is fewer, weights or pixels, is held in registers, and the other comes one by one: on AVX2 three
/// weights, a pixel and 12 sums fill all 16. With four pixels held one sum had to wait in memory,
/// and with it the loop, for twice as long as the multiply-adds take.
template <int A, int B, int F>
HWY_INLINE void addTap(WindowSums<F>& sums, const float* HWY_RESTRICT x, int64_t yStep,
                       int64_t xStep, const float* HWY_RESTRICT w) {
    constexpr int pixels = 2 * (B - A);
    if constexpr (F < pixels) {
        V weights[F];
#pragma GCC unroll 8
        for (int f = 0; f < F; ++f) weights[f] = hn::Set(d, w[f]);
#pragma GCC unroll 4
        for (int i = 0; i < pixels; ++i) {
            V in = hn::LoadU(d, x + i / 2 * yStep + i % 2 * xStep);
            simd::keepInRegister(in);
#pragma GCC unroll 8
            for (int f = 0; f < F; ++f) {
                V& sum = sums.at[A + i / 2][f][i % 2];
                sum = hn::MulAdd(weights[f], in, sum);
            }
        }
    } else {
        V in[pixels];
#pragma GCC unroll 4
        for (int i = 0; i < pixels; ++i) in[i] = hn::LoadU(d, x + i / 2 * yStep + i % 2 * xStep);
#pragma GCC unroll 8
        for (int f = 0; f < F; ++f) {
            const V weight = hn::Set(d, w[f]);
#pragma GCC unroll 4
            for (int i = 0; i < pixels; ++i) {
                V& sum = sums.at[A + i / 2][f][i % 2];
                sum = hn::MulAdd(weight, in[i], sum);
            }
        }
    }
}

/// Adds all taps of `row` to rows [A, B) of the window.
template <int A, int B, int F>
HWY_INLINE void addTaps(WindowSums<F>& sums, const Part& part, const Row& row, const Spot& spot,
                        const Band& band) {
    const Conv2dGather& g = part.plan->gather;
    const Conv2dAxis &rows = part.tables.rows[0], &columns = part.tables.columns[0];
    const GatherTap* const taps = part.tables.taps + row.existing.begin * columns.taps;
    const int64_t count = row.taps * columns.taps;
    const int64_t xStep = columns.scale * blockWidth, yStep = rows.scale * g.source.rowStride();
    const float* pixels = row.pixels + spot.j * xStep + spot.slice;
    const float* packed = part.packed;
    for (int64_t c = 0; c < part.channels; ++c) {
        for (int64_t t = 0; t < count; ++t) {
            const float* HWY_RESTRICT x = pixels + taps[t].source;
            const float* HWY_RESTRICT w = packed + taps[t].filter * band.filters;
            addTap<A, B, F>(sums, x, yStep, xStep, w);
        }
        pixels += g.source.planeStride();
        packed += g.r * g.s * band.filters;
    }
}

template <int F>
HWY_INLINE void startWindow(WindowSums<F>& sums, const Part& part) {
#pragma GCC unroll 8
    for (int f = 0; f < F; ++f) {
        const V first = part.first && part.bias ? hn::Set(d, part.bias[f]) : hn::Zero(d);
        sums.at[0][f][0] = sums.at[0][f][1] = sums.at[1][f][0] = sums.at[1][f][1] = first;
    }
}

/// Adds what earlier chunks gave; what is not the last is kept.
template <int F>
HWY_INLINE void joinChunks(WindowSums<F>& sums, const Part& part, float* between) {
#pragma GCC unroll 2
    for (int i = 0; i < 2; ++i)
#pragma GCC unroll 8
        for (int f = 0; f < F; ++f)
#pragma GCC unroll 2
            for (int p = 0; p < 2; ++p, between += lanes) {
                V& sum = sums.at[i][f][p];
                if (!part.first) sum = hn::Add(hn::Load(d, between), sum);
                if (!part.last) hn::Store(sum, d, between);
            }
}

/// The larger of two numbers that are no NaN, the first where they are equal, and its place.
HWY_INLINE simd::Best larger(const simd::Best& first, const simd::Best& second) {
    const auto wins = hn::Gt(second.value, first.value);
    return {hn::IfThenElse(wins, second.value, first.value),
            hn::IfThenElse(hn::RebindMask(simd::Ints(), wins), second.position, first.position)};
}

/// The maximum of a window without NaN. A ReLU in front of the pool is as good behind it: where
/// nothing is positive, the first element is the maximum.
template <bool isRelu>
HWY_INLINE simd::Best maximum(V a, V b, V c, V e) {
    simd::Best best = larger(larger({a, simd::position(0)}, {b, simd::position(1)}),
                             larger({c, simd::position(2)}, {e, simd::position(3)}));
    if constexpr (isRelu) {
        const auto isPositive = hn::Gt(best.value, hn::Zero(d));
        best.value = hn::IfThenElseZero(isPositive, best.value);
        best.position = hn::IfThenElseZero(hn::RebindMask(simd::Ints(), isPositive), best.position);
    }
    return best;
}

/// The first NaN, or the maximum.
template <bool isRelu>
HWY_INLINE simd::Best firstNanOrMaximum(V a, V b, V c, V e) {
    const auto result = [](V sum) HWY_ATTR { return isRelu ? simd::relu(sum) : sum; };
    simd::Best best{result(a), simd::position(0)};
    simd::challenge(best, result(b), simd::position(1));
    simd::challenge(best, result(c), simd::position(2));
    simd::challenge(best, result(e), simd::position(3));
    return best;
}

/// Whether any sum may be NaN: one is where all of them together are. These additions go where no
/// multiplications do, and most of what comparisons with NaN take is saved.
template <int F>
HWY_INLINE bool mayHaveNan(const WindowSums<F>& sums) {
    V all[F];
#pragma GCC unroll 8
    for (int f = 0; f < F; ++f)
        all[f] = hn::Add(hn::Add(sums.at[0][f][0], sums.at[0][f][1]),
                         hn::Add(sums.at[1][f][0], sums.at[1][f][1]));
#pragma GCC unroll 8
    for (int f = 1; f < F; ++f) all[0] = hn::Add(all[0], all[f]);
    return !hn::AllTrue(d, hn::Eq(all[0], all[0]));
}

template <int F, bool isRelu, bool isSafe>
HWY_INLINE void storeMaximaOf(const WindowSums<F>& sums, const Conv2dProblem::Pooled& pooled,
                              float* maxima, uint8_t* index) {
#pragma GCC unroll 8
    for (int f = 0; f < F; ++f) {
        const V(&top)[2] = sums.at[0][f], (&bottom)[2] = sums.at[1][f];
        const simd::Best best =
            isSafe ? maximum<isRelu>(top[0], top[1], bottom[0], bottom[1])
                   : firstNanOrMaximum<isRelu>(top[0], top[1], bottom[0], bottom[1]);
        simd::store(best.value, maxima + f * pooled.maxima.planeStride());
        simd::storePlaces(best.position, index + f * pooled.index.planeStride());
    }
}

template <int F>
HWY_INLINE void storeMaxima(const WindowSums<F>& sums, const Part& part, const Band& band,
                            int64_t row, int64_t column, int64_t slice) {
    const Conv2dProblem::Pooled& pooled = *part.plan->pooled;
    const bool isRelu = part.plan->gather.epilogue == Epilogue::Relu;
    const int64_t at = column * blockWidth + slice;
    float* const maxima = band.maxima + row * pooled.maxima.rowStride() + at;
    uint8_t* const index = band.index + row * pooled.index.rowStride() + at;
    const bool isSafe = !mayHaveNan<F>(sums);
    if (isRelu && isSafe) return storeMaximaOf<F, true, true>(sums, pooled, maxima, index);
    if (isSafe) return storeMaximaOf<F, false, true>(sums, pooled, maxima, index);
    if (isRelu) return storeMaximaOf<F, true, false>(sums, pooled, maxima, index);
    storeMaximaOf<F, false, false>(sums, pooled, maxima, index);
}

/// The rows of a window, from the first source channel of the part on.
struct WindowRows {
    Row top, bottom;
    bool meetSame;  ///< filter rows
};

/// Sums of one window over the part's source channels.
template <int F>
HWY_INLINE void sumWindow(WindowSums<F>& sums, const Part& part, const WindowRows& rows,
                          const Band& band, const Spot& spot) {
    startWindow<F>(sums, part);
    if (rows.meetSame) return addTaps<0, 2>(sums, part, rows.top, spot, band);
    addTaps<0, 1>(sums, part, rows.top, spot, band);
    addTaps<1, 2>(sums, part, rows.bottom, spot, band);
}

/// A window whose source channels are summed chunk by chunk.
template <int F>
HWY_NOINLINE void computeInChunks(const Part& whole, const WindowRows& wholeRows, const Band& band,
                                  int64_t row, int64_t column, int64_t slice) {
    const Conv2dGather& g = whole.plan->gather;
    const int64_t chunk = whole.plan->channelChunk;
    for (int64_t c = 0; c < g.sourceChannels; c += chunk) {
        Part part = whole;
        part.channels = HWY_MIN(chunk, g.sourceChannels - c);
        part.first = c == 0;
        part.last = c + part.channels == g.sourceChannels;
        part.packed += c * g.r * g.s * band.filters;
        WindowRows rows = wholeRows;
        rows.top.pixels += c * g.source.planeStride();
        rows.bottom.pixels += c * g.source.planeStride();
        WindowSums<F> sums;
        sumWindow<F>(sums, part, rows, band, {0, 2 * column, slice});
        joinChunks<F>(sums, part, band.between);
        if (part.last) storeMaxima<F>(sums, part, band, row, column, slice);
    }
}

/// A row of maxima.
template <int F>
HWY_NOINLINE void computeRow(const Part& part, const WindowRows& rows, const Band& band,
                             int64_t row) {
    const int64_t columns = part.plan->pooled->maxima.w;
    const bool inChunks = part.plan->channelChunk < part.channels;
    for (int64_t column = 0; column < columns; ++column)
        for (int64_t slice = 0; slice < blockWidth; slice += lanes) {
            if (inChunks) {
                computeInChunks<F>(part, rows, band, row, column, slice);
                continue;
            }
            WindowSums<F> sums;
            sumWindow<F>(sums, part, rows, band, {0, 2 * column, slice});
            storeMaxima<F>(sums, part, band, row, column, slice);
        }
}

template <int F>
void computeMaxima(const Part& part, const Band& band, int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
        WindowRows rows{rowOf(part, 2 * row, band.filters), rowOf(part, 2 * row + 1, band.filters),
                        false};
        rows.meetSame = rows.top.existing.begin == rows.bottom.existing.begin &&
                        rows.top.existing.end == rows.bottom.existing.end;
        computeRow<F>(part, rows, band, row);
    }
}

/// A band of filters, as many at a time as registers hold.
void computeBand(Part part, Band band, int64_t begin, int64_t end) {
    const Conv2dProblem::Pooled& pooled = *part.plan->pooled;
    for (int64_t first = 0; first < band.filters; first += mostFilters) {
        const int64_t filters = HWY_MIN(int64_t{mostFilters}, band.filters - first);
        withFilters<mostFilters>(
            filters, [&](auto count) HWY_ATTR { computeMaxima<count()>(part, band, begin, end); });
        part.packed += filters;
        if (part.bias) part.bias += filters;
        band.maxima += filters * pooled.maxima.planeStride();
        band.index += filters * pooled.index.planeStride();
    }
}

void runPool(const void* problem, void* const* operands, Workspace, int, int64_t index) {
    const auto& plan = *static_cast<const LanesGatherPlan*>(problem);
    const Conv2dGather& g = plan.gather;
    const Image &maxima = plan.pooled->maxima, &places = plan.pooled->index;
    const GatherOperands data = gatherOperands(g, operands);
    const LanesPart at = plan.partAt(index);
    const int64_t plane = at.laneGroup * g.result.c + at.channel;
    float* const to = data.result + plane * maxima.planeStride();
    auto* const toPlaces =
        static_cast<uint8_t*>(operands[3 + g.bias]) + plane * places.planeStride();
    const int64_t from =
        (at.laneGroup * g.source.c + at.group * g.sourceChannels) * g.source.planeStride();
    const Part part = {.plan = &plan,
                       .tables = gatherTables(g),
                       .source = data.source + from + g.source.origin(),
                       .packed = data.packed + plan.packing.bandOffset(at.group, at.tile),
                       .channels = g.sourceChannels,
                       .first = true,
                       .last = true,
                       .bias = data.bias ? data.bias + at.channel : nullptr,
                       .gate = nullptr,
                       .result = nullptr};
    HWY_ALIGN float between[4 * mostFilters * lanes];
    computeBand(part, {at.filters, to + maxima.origin(), toPlaces + places.origin(), between},
                at.begin, at.end);
    for (int64_t f = 0; f < at.filters; ++f) {
        zeroHaloOfRows(maxima, to + f * maxima.planeStride(), at.begin, at.end);
        zeroHaloOfRows(places, toPlaces + f * places.planeStride(), at.begin, at.end);
    }
}

Kernel::Run poolRun() { return runPool; }

}  // namespace
}  // namespace vitrine::kernels::lanes_gather::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels {
namespace lanes_gather {
HWY_EXPORT(poolRun);
}
Kernel::Run lanesPoolRun() { return HWY_DYNAMIC_DISPATCH(lanes_gather::poolRun)(); }
}  // namespace vitrine::kernels
#endif
