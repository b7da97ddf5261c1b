// SPDX-License-Identifier: Apache-2.0
// Sums of convolution in lanes: filters × neighbouring pixels in registers, every vector 16 images
// of one pixel.
#if defined(VITRINE_KERNELS_CPU_CONV2D_LANES_SUMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_CONV2D_LANES_SUMS_INL_H_
#undef VITRINE_KERNELS_CPU_CONV2D_LANES_SUMS_INL_H_
#else
#define VITRINE_KERNELS_CPU_CONV2D_LANES_SUMS_INL_H_
#endif

#include <hwy/highway.h>

#include <type_traits>

#include "kernels/cpu/conv2d/lanes.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::lanes_gather::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, blockWidth>;
using V = hn::VFromD<D>;
constexpr D d{};
constexpr int64_t lanes = hn::MaxLanes(D());

/// Pixels beside each other in a tile of `filters`: as the registers allow, and enough sums to hide
/// the latency of the multiply-add.
constexpr int tilePixels(int filters) {
    if (HWY_TARGET == HWY_AVX3) return filters <= 2 ? 8 : 4;
    return filters == 1 ? 6 : filters == 2 ? 4 : filters == 3 ? 3 : 2;
}

/// What every tile of a part shares at one chunk of source channels; planes begin at pixel (0, 0).
struct Part {
    const LanesGatherPlan* plan;
    GatherTables tables;
    const float* source;
    const float* packed;
    int64_t channels;   ///< of the chunk
    bool first, last;   ///< chunk of the sum
    const float* bias;  ///< of the tile's first filter
    const float* gate;
    float* result;
};

/// Source rows and filter rows that a result row meets.
struct Row {
    int64_t h;
    int64_t rowClass;
    TapRange existing;
    const float* pixels;  ///< source row of the result row without tap
    const float* source;
    int64_t sourceStep;
    const float* packed;
    int64_t packedStep, taps;
};

/// What result row h meets.
HWY_INLINE Row rowOf(const Part& part, int64_t h, int64_t filters) {
    const Conv2dGather& g = part.plan->gather;
    const int64_t rowClass = h % part.tables.rowClasses;
    const Conv2dAxis& axis = part.tables.rows[rowClass];
    const TapRange taps = part.tables.rowTaps[h];
    const int64_t at = axis.scale * (h / part.tables.rowClasses);
    const int64_t first = at + axis.offset + axis.offsetStep * taps.begin;
    return {.h = h,
            .rowClass = rowClass,
            .existing = taps,
            .pixels = part.source + at * g.source.rowStride(),
            .source = part.source + first * g.source.rowStride(),
            .sourceStep = axis.offsetStep * g.source.rowStride(),
            .packed = part.packed + (axis.index + axis.indexStep * taps.begin) * g.s * filters,
            .packedStep = axis.indexStep * g.s * filters,
            .taps = taps.end - taps.begin};
}

/// One column tap, over the chunk's channels.
struct Tap {
    const float* x;
    int64_t channels, planeStride, pixelStride;
    const float* w;
    int64_t channelStep;
};

/// Adds one column tap to pixels [A, B) of the tile.
template <int F, int P, int A, int B>
HWY_INLINE void addTap(V (&sums)[F][P], const Row& row, const Tap& tap) {
    const float* plane = tap.x;
    const float* filters = tap.w;
    for (int64_t c = 0; c < tap.channels; ++c) {
        const float* HWY_RESTRICT x = plane;
        const float* HWY_RESTRICT w = filters;
        for (int64_t r = 0; r < row.taps; ++r) {
            V in[P];
#pragma GCC unroll 8
            for (int p = A; p < B; ++p) in[p] = hn::LoadU(d, x + p * tap.pixelStride);
#pragma GCC unroll 8
            for (int f = 0; f < F; ++f) {
                const V weight = hn::Set(d, w[f]);
#pragma GCC unroll 8
                for (int p = A; p < B; ++p) sums[f][p] = hn::MulAdd(weight, in[p], sums[f][p]);
            }
            x += row.sourceStep;
            w += row.packedStep;
        }
        plane += tap.planeStride;
        filters += tap.channelStep;
    }
}

template <int F, int P, int A = 0, int B = P>
HWY_INLINE void addTapTo(V (&sums)[F][P], const Row& row, const Tap& tap, int64_t a, int64_t b) {
    if (a == A && b == B) return addTap<F, P, A, B>(sums, row, tap);
    if constexpr (B > A + 1) return addTapTo<F, P, A, B - 1>(sums, row, tap, a, b);
    if constexpr (A + 1 < P) return addTapTo<F, P, A + 1, P>(sums, row, tap, a, b);
}

/// Whether every column tap reaches results j … j + width − 1: pixels, or zeros beside them.
HWY_INLINE bool isInside(const LanesGatherPlan& plan, const Conv2dAxis& axis, const TapRange* reach,
                         int64_t j, int64_t width) {
    if (axis.taps == 0) return false;
    return plan.readsHalo || (reach[0].begin <= j && reach[axis.taps - 1].end >= j + width);
}

/// A tile's place: results of a column class from j on, lanes from `slice` on.
struct Spot {
    int64_t columnClass, j, slice;
};

/// Adds all taps to a whole tile that they all reach: no range to look at, and the source is read
/// channel by channel.
template <int F, int P>
HWY_INLINE void addAllTaps(V (&sums)[F][P], const Part& part, const Row& row, const Spot& spot) {
    const Conv2dGather& g = part.plan->gather;
    const Conv2dAxis& axis = part.tables.columns[spot.columnClass];
    const int64_t pair = row.rowClass * part.tables.columnClasses + spot.columnClass;
    const GatherTap* const taps =
        part.tables.taps + pair * g.r * g.s + row.existing.begin * axis.taps;
    const int64_t count = row.taps * axis.taps, pixelStride = axis.scale * blockWidth;
    const float* pixels = row.pixels + spot.j * pixelStride + spot.slice;
    const float* packed = part.packed;
    for (int64_t c = 0; c < part.channels; ++c) {
        for (int64_t t = 0; t < count; ++t) {
            const float* HWY_RESTRICT x = pixels + taps[t].source;
            const float* HWY_RESTRICT w = packed + taps[t].filter * F;
            V in[P];
#pragma GCC unroll 8
            for (int p = 0; p < P; ++p) in[p] = hn::LoadU(d, x + p * pixelStride);
#pragma GCC unroll 8
            for (int f = 0; f < F; ++f) {
                const V weight = hn::Set(d, w[f]);
#pragma GCC unroll 8
                for (int p = 0; p < P; ++p) sums[f][p] = hn::MulAdd(weight, in[p], sums[f][p]);
            }
        }
        pixels += g.source.planeStride();
        packed += g.r * g.s * F;
    }
}

/// Adds the taps one column tap after the other, each to the results that it reaches.
template <int F, int P>
HWY_INLINE void addClippedTaps(V (&sums)[F][P], const Part& part, const Row& row,
                               const Spot& spot) {
    const Conv2dGather& g = part.plan->gather;
    const Conv2dAxis& axis = part.tables.columns[spot.columnClass];
    const TapRange* const reach = part.tables.tapResults + spot.columnClass * g.s;
    Tap tap;
    tap.channels = part.channels;
    tap.planeStride = g.source.planeStride();
    tap.pixelStride = axis.scale * blockWidth;
    tap.channelStep = g.r * g.s * F;
    for (int64_t t = 0; t < axis.taps; ++t) {
        const int64_t a = HWY_MAX(reach[t].begin - spot.j, 0);
        const int64_t b = HWY_MIN(reach[t].end - spot.j, P);
        if (a >= b) continue;
        const int64_t column = axis.scale * spot.j + axis.offset + axis.offsetStep * t;
        tap.x = row.source + column * blockWidth + spot.slice;
        tap.w = row.packed + (axis.index + axis.indexStep * t) * F;
        addTapTo<F, P>(sums, row, tap, a, b);
    }
}

template <int F, int P>
HWY_INLINE void start(V (&sums)[F][P], const Part& part) {
#pragma GCC unroll 8
    for (int f = 0; f < F; ++f) {
        const bool biased = part.first && part.bias;
        const V first = biased ? hn::Set(d, part.bias[f]) : hn::Zero(d);
#pragma GCC unroll 8
        for (int p = 0; p < P; ++p) sums[f][p] = first;
    }
}

/// Sums of a tile, without what is done to them.
template <int F, int P>
HWY_INLINE void sumTile(V (&sums)[F][P], const Part& part, const Row& row, const Spot& spot) {
    const Conv2dAxis& axis = part.tables.columns[spot.columnClass];
    const TapRange* const reach = part.tables.tapResults + spot.columnClass * part.plan->gather.s;
    start<F, P>(sums, part);
    if (isInside(*part.plan, axis, reach, spot.j, P))
        addAllTaps<F, P>(sums, part, row, spot);
    else
        addClippedTaps<F, P>(sums, part, row, spot);
}

/// Calls visit with `filters` as a constant.
template <int F, class Visit>
HWY_INLINE void withFilters(int64_t filters, Visit visit) {
    if constexpr (F > 0) {
        if (filters == F) return visit(std::integral_constant<int, F>());
        withFilters<F - 1>(filters, visit);
    }
}

}  // namespace
}  // namespace vitrine::kernels::lanes_gather::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
