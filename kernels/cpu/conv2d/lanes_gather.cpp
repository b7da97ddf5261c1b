// SPDX-License-Identifier: Apache-2.0
// Forward and data in lanes: a tile of filters × neighbouring pixels in registers, every vector 16
// images of one pixel. A column tap is added to exactly those pixels of the tile that it reaches,
// so nothing is multiplied with padding and no halo is read.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/lanes_gather.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d/halo.h"
#include "kernels/cpu/conv2d/lanes.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::lanes_gather::HWY_NAMESPACE {

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

/// Whether every column tap reaches results j … j + width − 1.
HWY_INLINE bool isInside(const Conv2dAxis& axis, const TapRange* reach, int64_t j, int64_t width) {
    return axis.taps > 0 && reach[0].begin <= j && reach[axis.taps - 1].end >= j + width;
}

/// A tile's place: results j … j + width − 1 of a column class, lanes from `slice` on.
struct Spot {
    int64_t columnClass, j, width, slice;
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
        const int64_t b = HWY_MIN(reach[t].end - spot.j, spot.width);
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

/// Adds what earlier chunks gave (they keep sums short, and so exact), and applies the epilogue.
template <int F, int P>
HWY_INLINE void finish(const V (&sums)[F][P], const Part& part, const Row& row, const Spot& spot) {
    const Conv2dGather& g = part.plan->gather;
    const Conv2dAxis& axis = part.tables.columns[spot.columnClass];
    const bool relu = part.last && g.epilogue == Epilogue::Relu;
    const bool gated = part.last && part.gate;
    const int64_t plane = g.result.planeStride(), step = axis.step * blockWidth;
    const int64_t at =
        row.h * g.result.rowStride() + axis.first * blockWidth + spot.j * step + spot.slice;
#pragma GCC unroll 8
    for (int f = 0; f < F; ++f)
#pragma GCC unroll 8
        for (int p = 0; p < P; ++p) {
            if (p >= spot.width) break;
            V sum = sums[f][p];
            const int64_t offset = f * plane + at + p * step;
            if (!part.first) sum = hn::Add(hn::LoadU(d, part.result + offset), sum);
            if (relu) sum = hn::IfThenZeroElse(hn::Lt(sum, hn::Zero(d)), sum);
            if (gated)
                sum =
                    hn::IfThenElseZero(hn::Gt(hn::LoadU(d, part.gate + offset), hn::Zero(d)), sum);
            hn::StoreU(sum, d, part.result + offset);
        }
}

template <int F>
HWY_NOINLINE void computeTile(const Part& part, const Row& row, const Spot& spot) {
    constexpr int P = tilePixels(F);
    const Conv2dAxis& axis = part.tables.columns[spot.columnClass];
    const TapRange* const reach = part.tables.tapResults + spot.columnClass * part.plan->gather.s;
    V sums[F][P];
    start<F, P>(sums, part);
    if (spot.width == P && isInside(axis, reach, spot.j, P))
        addAllTaps<F, P>(sums, part, row, spot);
    else
        addClippedTaps<F, P>(sums, part, row, spot);
    finish<F, P>(sums, part, row, spot);
}

template <int F>
void computeRows(const Part& part, int64_t begin, int64_t end) {
    const Conv2dGather& g = part.plan->gather;
    for (int64_t h = begin; h < end; ++h) {
        const int64_t rowClass = h % part.tables.rowClasses;
        const Conv2dAxis& axis = part.tables.rows[rowClass];
        const TapRange taps = part.tables.rowTaps[h];
        const int64_t at = axis.scale * (h / part.tables.rowClasses);
        const int64_t first = at + axis.offset + axis.offsetStep * taps.begin;
        const Row row = {
            .h = h,
            .rowClass = rowClass,
            .existing = taps,
            .pixels = part.source + at * g.source.rowStride(),
            .source = part.source + first * g.source.rowStride(),
            .sourceStep = axis.offsetStep * g.source.rowStride(),
            .packed = part.packed + (axis.index + axis.indexStep * taps.begin) * g.s * F,
            .packedStep = axis.indexStep * g.s * F,
            .taps = taps.end - taps.begin};
        for (int64_t k = 0; k < part.tables.columnClasses; ++k) {
            const int64_t count = part.tables.columns[k].count;
            for (int64_t j = 0; j < count; j += tilePixels(F))
                for (int64_t slice = 0; slice < blockWidth; slice += lanes)
                    computeTile<F>(part, row, {k, j, HWY_MIN(tilePixels(F), count - j), slice});
        }
    }
}

/// Calls computeRows<filters>.
template <int F>
HWY_INLINE void computeRowsOf(int64_t filters, const Part& part, int64_t begin, int64_t end) {
    if constexpr (F > 0) {
        if (filters == F) return computeRows<F>(part, begin, end);
        computeRowsOf<F - 1>(filters, part, begin, end);
    }
}

void runGather(const void* problem, void* const* operands, Workspace, int, int64_t index) {
    const auto& plan = *static_cast<const LanesGatherPlan*>(problem);
    const Conv2dGather& g = plan.gather;
    const GatherOperands data = gatherOperands(g, operands);

    const int64_t strip = index % plan.strips, tileOfAll = index / plan.strips;
    const int64_t tile = tileOfAll % plan.tiles, group = tileOfAll / plan.tiles % g.groups;
    const int64_t laneGroup = tileOfAll / plan.tiles / g.groups;
    const int64_t first = plan.tileBegin(tile), filters = plan.tileBegin(tile + 1) - first;
    const int64_t begin = plan.rowBegin(strip), end = plan.rowBegin(strip + 1);
    const int64_t channel = group * g.resultChannels + first;
    const int64_t to = (laneGroup * g.result.c + channel) * g.result.planeStride();
    const int64_t from =
        (laneGroup * g.source.c + group * g.sourceChannels) * g.source.planeStride();
    for (int64_t f = 0; f < filters; ++f)
        zeroHaloOfRows(g.result, data.result + to + f * g.result.planeStride(), begin, end);
    const int64_t taps = g.r * g.s, planeStride = g.source.planeStride();
    for (int64_t c = 0; c < g.sourceChannels; c += plan.channelChunk) {
        const int64_t channels = HWY_MIN(plan.channelChunk, g.sourceChannels - c);
        const Part part = {
            .plan = &plan,
            .tables = gatherTables(g),
            .source = data.source + from + g.source.origin() + c * planeStride,
            .packed = data.packed + plan.packing.bandOffset(group, tile) + c * taps * filters,
            .channels = channels,
            .first = c == 0,
            .last = c + channels == g.sourceChannels,
            .bias = data.bias ? data.bias + channel : nullptr,
            .gate = data.gate ? data.gate + to + g.result.origin() : nullptr,
            .result = data.result + to + g.result.origin()};
        computeRowsOf<static_cast<int>(lanesMaxFilters)>(filters, part, begin, end);
    }
}

Kernel::Run gatherRun() { return runGather; }

}  // namespace vitrine::kernels::lanes_gather::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels {
namespace lanes_gather {
HWY_EXPORT(gatherRun);
}
Kernel::Run lanesGatherRun() { return HWY_DYNAMIC_DISPATCH(lanes_gather::gatherRun)(); }
}  // namespace vitrine::kernels
#endif
