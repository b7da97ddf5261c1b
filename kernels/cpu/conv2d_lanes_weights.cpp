// SPDX-License-Identifier: Apache-2.0
// Weights in lanes: filters × columns (a column is a source channel and a column tap) stay in
// registers while pixels stream by; the 16 images are summed at the end of each lane group, with
// missing images masked out.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d_lanes_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d_lanes.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::lanes_weights::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, blockWidth>;
using V = hn::VFromD<D>;
constexpr D d{};
constexpr int64_t lanes = hn::MaxLanes(D());

constexpr int maxFilters = HWY_TARGET == HWY_AVX3 ? 4 : 2;
constexpr int maxColumns = HWY_TARGET == HWY_AVX3 ? 6 : 5;
/// Column tiles that pass over a lane group of dy before the next group comes.
constexpr int64_t chunkTiles = 8;

/// Read instead of source pixels that do not exist.
alignas(64) constexpr float zeros[blockWidth] = {};

struct Part {
    const LanesWeightsPlan* plan;
    int64_t r;
    TapRange rows;    ///< result rows that meet filter row r
    const float* dy;  ///< pixel (0, 0) of the first filter's plane, first lane group
    const float* x;   ///< pixel (0, 0) of the group's first channel, first lane group
};

template <int F, int N>
struct Sums {
    V at[F][N];
};

/// Column tile: source pixel of result column 0, and the result columns that it reaches.
template <int N>
struct Columns {
    int64_t offset[N];
    TapRange reach[N];
    TapRange all;  ///< result columns that every column of the tile reaches
};

/// sums[f][n] += Σ over `count` pixels of dy[f] · x[n].
template <int F, int N>
HWY_INLINE void addPixels(Sums<F, N>& sums, const float* HWY_RESTRICT dy, int64_t dyPlane,
                          const float* const (&x)[N], int64_t xStep, int64_t count) {
    for (int64_t q = 0; q < count; ++q) {
        V up[F];
#pragma GCC unroll 8
        for (int f = 0; f < F; ++f) up[f] = hn::LoadU(d, dy + f * dyPlane + q * blockWidth);
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) {
            const V in = hn::LoadU(d, x[n] + q * xStep);
#pragma GCC unroll 8
            for (int f = 0; f < F; ++f) sums.at[f][n] = hn::MulAdd(up[f], in, sums.at[f][n]);
        }
    }
}

/// A result column near the border, where some columns of the tile reach nothing.
template <int F, int N>
HWY_INLINE void addBorderPixel(Sums<F, N>& sums, const float* dy, int64_t dyPlane, const float* x,
                               int64_t xStep, const Columns<N>& columns, int64_t q) {
    const float* in[N];
    for (int n = 0; n < N; ++n) {
        const bool exists = q >= columns.reach[n].begin && q < columns.reach[n].end;
        in[n] = exists ? x + columns.offset[n] + q * xStep : zeros;
    }
    addPixels<F, N>(sums, dy + q * blockWidth, dyPlane, in, 0, 1);
}

template <int F, int N>
HWY_NOINLINE void addLaneGroup(const Part& part, const Columns<N>& columns, int64_t laneGroup,
                               int64_t slice, float* HWY_RESTRICT totals) {
    const Conv2dProblem& pr = part.plan->problem;
    const int64_t dyPlane = pr.y.planeStride(), xStep = pr.strideW * blockWidth;
    Sums<F, N> sums;
#pragma GCC unroll 8
    for (int f = 0; f < F; ++f)
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) sums.at[f][n] = hn::Zero(d);
    for (int64_t p = part.rows.begin; p < part.rows.end; ++p) {
        const int64_t h = p * pr.strideH + part.r * pr.dilationH - pr.padH;
        const float* const dy =
            part.dy + laneGroup * pr.y.c * dyPlane + p * pr.y.rowStride() + slice;
        // Slices of the zero line are as good as its beginning.
        const float* const x =
            part.x + laneGroup * pr.x.c * pr.x.planeStride() + h * pr.x.rowStride() + slice;
        for (int64_t q = 0; q < columns.all.begin; ++q)
            addBorderPixel(sums, dy, dyPlane, x, xStep, columns, q);
        const float* in[N];
        for (int n = 0; n < N; ++n) in[n] = x + columns.offset[n] + columns.all.begin * xStep;
        addPixels<F, N>(sums, dy + columns.all.begin * blockWidth, dyPlane, in, xStep,
                        columns.all.end - columns.all.begin);
        for (int64_t q = columns.all.end; q < pr.y.w; ++q)
            addBorderPixel(sums, dy, dyPlane, x, xStep, columns, q);
    }
    const int64_t images = HWY_MIN(blockWidth, pr.y.n - laneGroup * blockWidth) - slice;
    if (images <= 0) return;
    const auto present = hn::FirstN(d, static_cast<size_t>(HWY_MIN(images, lanes)));
#pragma GCC unroll 8
    for (int f = 0; f < F; ++f)
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) {
            float* const total = totals + (f * N + n) * lanes;
            const V sum = hn::IfThenElseZero(present, sums.at[f][n]);
            hn::StoreU(hn::Add(hn::LoadU(d, total), sum), d, total);
        }
}

template <int N>
Columns<N> columnsFrom(const LanesWeightsPlan& plan, int64_t first) {
    const Conv2dProblem& pr = plan.problem;
    const TapRange* const reach = columnResults(plan);
    Columns<N> columns;
    columns.all = {0, pr.y.w};
    for (int n = 0; n < N; ++n) {
        const int64_t c = (first + n) / pr.s, s = (first + n) % pr.s;
        columns.offset[n] = c * pr.x.planeStride() + (s * pr.dilationW - pr.padW) * blockWidth;
        columns.reach[n] = reach[s];
        columns.all.begin = HWY_MAX(columns.all.begin, reach[s].begin);
        columns.all.end = HWY_MIN(columns.all.end, reach[s].end);
    }
    // A filter wider than the image may leave no common column: all are border then.
    if (columns.all.end < columns.all.begin) columns.all = {0, 0};
    return columns;
}

template <int F, int N>
void addColumnTile(const Part& part, int64_t first, int64_t laneGroup, float* totals) {
    const Columns<N> columns = columnsFrom<N>(*part.plan, first);
    for (int64_t slice = 0; slice < blockWidth; slice += lanes)
        addLaneGroup<F, N>(part, columns, laneGroup, slice, totals);
}

template <int F>
void addColumns(const Part& part, int64_t tile, int64_t laneGroup, float* totals) {
    const int64_t first = part.plan->columnBegin(tile);
    switch (part.plan->columnBegin(tile + 1) - first) {
        case 1:
            return addColumnTile<F, 1>(part, first, laneGroup, totals);
        case 2:
            return addColumnTile<F, 2>(part, first, laneGroup, totals);
        case 3:
            return addColumnTile<F, 3>(part, first, laneGroup, totals);
        case 4:
            return addColumnTile<F, 4>(part, first, laneGroup, totals);
        case 5:
            return addColumnTile<F, 5>(part, first, laneGroup, totals);
        default:
            if constexpr (maxColumns == 6) addColumnTile<F, 6>(part, first, laneGroup, totals);
    }
}

/// dw of the part's filters, row r.
template <int F>
void computePart(const Part& part, float* dw) {
    const LanesWeightsPlan& plan = *part.plan;
    const Conv2dProblem& pr = plan.problem;
    constexpr int64_t tileFloats = maxFilters * maxColumns * lanes;
    HWY_ALIGN float totals[chunkTiles * tileFloats];
    for (int64_t chunk = 0; chunk < plan.columnTiles; chunk += chunkTiles) {
        const int64_t end = HWY_MIN(chunk + chunkTiles, plan.columnTiles);
        for (float& total : totals) total = 0;
        for (int64_t laneGroup = 0; laneGroup < pr.y.laneGroups(); ++laneGroup)
            for (int64_t tile = chunk; tile < end; ++tile)
                addColumns<F>(part, tile, laneGroup, totals + (tile - chunk) * tileFloats);
        for (int64_t tile = chunk; tile < end; ++tile) {
            const int64_t first = plan.columnBegin(tile), last = plan.columnBegin(tile + 1);
            for (int64_t f = 0; f < F; ++f)
                for (int64_t n = first; n < last; ++n) {
                    const float* const total = totals + (tile - chunk) * tileFloats +
                                               (f * (last - first) + n - first) * lanes;
                    dw[((f * plan.channels + n / pr.s) * pr.r + part.r) * pr.s + n % pr.s] =
                        hn::GetLane(hn::SumOfLanes(d, hn::LoadU(d, total)));
                }
        }
    }
}

void runWeights(const void* problem, void* const* operands, void*, int, int64_t index) {
    const auto& plan = *static_cast<const LanesWeightsPlan*>(problem);
    const Conv2dProblem& pr = plan.problem;
    const int64_t r = index % pr.r, tile = index / pr.r % plan.filterTiles;
    const int64_t group = index / pr.r / plan.filterTiles;
    const int64_t first = plan.filterBegin(tile), k = group * plan.filters + first;
    const Part part = {
        .plan = &plan,
        .r = r,
        .rows = rowResults(plan)[r],
        .dy = static_cast<const float*>(operands[0]) + k * pr.y.planeStride() + pr.y.origin(),
        .x = static_cast<const float*>(operands[1]) + group * plan.channels * pr.x.planeStride() +
             pr.x.origin()};
    float* const dw = static_cast<float*>(operands[2]) + k * plan.channels * pr.r * pr.s;
    switch (plan.filterBegin(tile + 1) - first) {
        case 1:
            return computePart<1>(part, dw);
        case 2:
            return computePart<2>(part, dw);
        case 3:
            if constexpr (maxFilters == 4) computePart<3>(part, dw);
            return;
        default:
            if constexpr (maxFilters == 4) computePart<4>(part, dw);
    }
}

Kernel::Run weightsRun() { return runWeights; }
LanesWeightsTile weightsTile() { return {maxFilters, maxColumns}; }

}  // namespace vitrine::kernels::lanes_weights::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels {
namespace lanes_weights {
HWY_EXPORT(weightsRun);
HWY_EXPORT(weightsTile);
}  // namespace lanes_weights
Kernel::Run lanesWeightsRun() { return HWY_DYNAMIC_DISPATCH(lanes_weights::weightsRun)(); }
LanesWeightsTile lanesWeightsTile() { return HWY_DYNAMIC_DISPATCH(lanes_weights::weightsTile)(); }
}  // namespace vitrine::kernels
#endif
