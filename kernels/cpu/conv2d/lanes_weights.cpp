// SPDX-License-Identifier: Apache-2.0
// Weights in lanes: filters × columns (a column is a source channel and a column tap) stay in
// registers while pixels stream by; the 16 images are summed at the end of each lane group, with
// missing images masked out.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/lanes_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d/lanes.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::lanes_weights::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, blockWidth>;
using V = hn::VFromD<D>;
constexpr D d{};
constexpr int64_t lanes = hn::MaxLanes(D());

constexpr int maxFilters = HWY_TARGET == HWY_AVX3 ? 4 : 2;
constexpr int maxColumns = HWY_TARGET == HWY_AVX3 ? 6 : 5;
constexpr int64_t tileFloats = maxFilters * maxColumns * lanes;
constexpr int64_t keptTiles = lanesKeptTiles;

/// Read instead of source pixels that do not exist.
alignas(64) constexpr float zeros[blockWidth] = {};

/// A share of a group.
struct Part {
    const LanesWeightsPlan* plan;
    int64_t firstTile, lastTile;      ///< of filters
    int64_t firstColumn, lastColumn;  ///< the same, of columns
    int64_t firstRow, lastRow;        ///< of the filters
    const float* dy;                  ///< pixel (0, 0) of the group's first plane, first lane group
    const float* x;
    float* dw;
};

/// Some result rows of a lane group, and the filter row that they meet.
struct Strip {
    int64_t laneGroup, begin, end, r;
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

/// Keeps a value that is used several times in a register: GCC would rather load it anew for every
/// use, and loads are what limits this loop.
HWY_INLINE void keepInRegister([[maybe_unused]] V& value) {
#if HWY_ARCH_X86 && (HWY_COMPILER_GCC || HWY_COMPILER_CLANG)
    asm("" : "+v"(value.raw));
#endif
}

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
            V in = hn::LoadU(d, x[n] + q * xStep);
            keepInRegister(in);
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
HWY_NOINLINE void addStrip(const Conv2dProblem& pr, const float* firstDy, const float* firstX,
                           const Columns<N>& columns, const Strip& strip, int64_t slice,
                           float* HWY_RESTRICT totals) {
    const int64_t dyPlane = pr.y.planeStride(), xStep = pr.window.columns.stride * blockWidth;
    Sums<F, N> sums;
#pragma GCC unroll 8
    for (int f = 0; f < F; ++f)
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) sums.at[f][n] = hn::Zero(d);
    const int64_t h = strip.begin * pr.window.rows.stride + strip.r * pr.window.rows.dilation -
                      pr.window.rows.before;
    const int64_t xPlanes = strip.laneGroup * pr.x.c, dyPlanes = strip.laneGroup * pr.y.c;
    const float* dy = firstDy + dyPlanes * dyPlane + strip.begin * pr.y.rowStride() + slice;
    const float* x = firstX + xPlanes * pr.x.planeStride() + h * pr.x.rowStride() + slice;
    const float* in[N];
    for (int n = 0; n < N; ++n) in[n] = x + columns.offset[n] + columns.all.begin * xStep;
    const int64_t xRow = pr.window.rows.stride * pr.x.rowStride(), dyRow = pr.y.rowStride();
    for (int64_t p = strip.begin; p < strip.end; ++p, dy += dyRow, x += xRow) {
        for (int64_t q = 0; q < columns.all.begin; ++q)
            addBorderPixel(sums, dy, dyPlane, x, xStep, columns, q);
        addPixels<F, N>(sums, dy + columns.all.begin * blockWidth, dyPlane, in, xStep,
                        columns.all.end - columns.all.begin);
        for (int64_t q = columns.all.end; q < pr.y.w; ++q)
            addBorderPixel(sums, dy, dyPlane, x, xStep, columns, q);
        for (int n = 0; n < N; ++n) in[n] += xRow;
    }
    const int64_t images = HWY_MIN(blockWidth, pr.y.n - strip.laneGroup * blockWidth) - slice;
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
    const LanesColumn* const column = columnsOf(plan) + first;
    Columns<N> columns;
    columns.all = {0, plan.problem.y.w};
    for (int n = 0; n < N; ++n) {
        columns.offset[n] = column[n].offset;
        columns.reach[n] = column[n].reach;
        columns.all.begin = HWY_MAX(columns.all.begin, column[n].reach.begin);
        columns.all.end = HWY_MIN(columns.all.end, column[n].reach.end);
    }
    // A filter wider than the image may leave no common column: all are border then.
    if (columns.all.end < columns.all.begin) columns.all = {0, 0};
    return columns;
}

template <int F, int N>
void addTile(const Part& part, int64_t filter, int64_t column, const Strip& strip, float* totals) {
    const Conv2dProblem& pr = part.plan->problem;
    const Columns<N> columns = columnsFrom<N>(*part.plan, column);
    const float* const dy = part.dy + filter * pr.y.planeStride();
    for (int64_t slice = 0; slice < blockWidth; slice += lanes)
        addStrip<F, N>(pr, dy, part.x, columns, strip, slice, totals);
}

/// Calls addTile<F, columns>.
template <int F, int N>
HWY_INLINE void addTileOfColumns(int64_t columns, const Part& part, int64_t filter, int64_t column,
                                 const Strip& strip, float* totals) {
    if constexpr (N > 0) {
        if (columns == N) return addTile<F, N>(part, filter, column, strip, totals);
        addTileOfColumns<F, N - 1>(columns, part, filter, column, strip, totals);
    }
}

/// Calls addTile<filters, columns>.
template <int F>
HWY_INLINE void addTileOf(int64_t filters, int64_t columns, const Part& part, int64_t filter,
                          int64_t column, const Strip& strip, float* totals) {
    if constexpr (F > 0) {
        if (filters == F)
            return addTileOfColumns<F, maxColumns>(columns, part, filter, column, strip, totals);
        addTileOf<F - 1>(filters, columns, part, filter, column, strip, totals);
    }
}

/// Register tiles by number: (column tile, filter row r, filter tile of the share), so that those
/// of one column tile, which read the same lines of x, come one after the other.
struct Place {
    int64_t r, filter, filters, column, columns;
};

Place placeOf(const Part& part, int64_t index) {
    const LanesWeightsPlan& plan = *part.plan;
    const int64_t share = part.lastTile - part.firstTile, rows = part.lastRow - part.firstRow;
    const int64_t filterTile = part.firstTile + index % share;
    const int64_t columnTile = part.firstColumn + index / share / rows;
    const int64_t filter = plan.filterBegin(filterTile), column = plan.columnBegin(columnTile);
    return {.r = part.firstRow + index / share % rows,
            .filter = filter,
            .filters = plan.filterBegin(filterTile + 1) - filter,
            .column = column,
            .columns = plan.columnBegin(columnTile + 1) - column};
}

/// Sums the lanes of a tile's totals into dw.
void writeTile(const Part& part, const Place& place, const float* totals) {
    const LanesWeightsPlan& plan = *part.plan;
    const Conv2dProblem& pr = plan.problem;
    for (int64_t f = 0; f < place.filters; ++f)
        for (int64_t n = 0; n < place.columns; ++n, totals += lanes) {
            const int64_t k = place.filter + f;
            const int64_t c = (place.column + n) / pr.window.columns.kernel,
                          s = (place.column + n) % pr.window.columns.kernel;
            part.dw[((k * plan.channels + c) * pr.window.rows.kernel + place.r) *
                        pr.window.columns.kernel +
                    s] = hn::GetLane(hn::SumOfLanes(d, hn::LoadU(d, totals)));
        }
}

/// dw of the part's filters, columns and rows.
void computePart(const Part& part) {
    const LanesWeightsPlan& plan = *part.plan;
    const Conv2dProblem& pr = plan.problem;
    const TapRange* const rows = rowResults(plan);
    HWY_ALIGN float totals[keptTiles * tileFloats];
    const int64_t tiles = (part.lastRow - part.firstRow) * (part.lastColumn - part.firstColumn) *
                          (part.lastTile - part.firstTile);
    for (int64_t first = 0; first < tiles; first += keptTiles) {
        const int64_t kept = HWY_MIN(keptTiles, tiles - first);
        Place places[keptTiles];
        for (int64_t i = 0; i < kept; ++i) places[i] = placeOf(part, first + i);
        for (int64_t i = 0; i < kept * tileFloats; ++i) totals[i] = 0;
        for (int64_t laneGroup = 0; laneGroup < pr.y.laneGroups(); ++laneGroup)
            for (int64_t p = 0; p < pr.y.h; p += plan.stripRows)
                for (int64_t i = 0; i < kept; ++i) {
                    const Place& at = places[i];
                    const Strip strip = {.laneGroup = laneGroup,
                                         .begin = HWY_MAX(p, rows[at.r].begin),
                                         .end = HWY_MIN(p + plan.stripRows, rows[at.r].end),
                                         .r = at.r};
                    if (strip.begin < strip.end)
                        addTileOf<maxFilters>(at.filters, at.columns, part, at.filter, at.column,
                                              strip, totals + i * tileFloats);
                }
        for (int64_t i = 0; i < kept; ++i) writeTile(part, places[i], totals + i * tileFloats);
    }
}

void runWeights(const void* problem, void* const* operands, Workspace, int, int64_t index) {
    const auto& plan = *static_cast<const LanesWeightsPlan*>(problem);
    const Conv2dProblem& pr = plan.problem;
    const int64_t rowShare = index % plan.rowShares, rest = index / plan.rowShares;
    const int64_t share = rest % plan.filterShares;
    const int64_t columnShare = rest / plan.filterShares % plan.columnShares;
    const int64_t group = rest / plan.filterShares / plan.columnShares;
    const int64_t firstFilter = group * plan.filters, firstChannel = group * plan.channels;
    const Part part = {
        .plan = &plan,
        .firstTile = plan.tileBegin(share),
        .lastTile = plan.tileBegin(share + 1),
        .firstColumn = plan.columnTileBegin(columnShare),
        .lastColumn = plan.columnTileBegin(columnShare + 1),
        .firstRow = plan.rowBegin(rowShare),
        .lastRow = plan.rowBegin(rowShare + 1),
        .dy = static_cast<const float*>(operands[0]) + firstFilter * pr.y.planeStride() +
              pr.y.origin(),
        .x = static_cast<const float*>(operands[1]) + firstChannel * pr.x.planeStride() +
             pr.x.origin(),
        .dw = static_cast<float*>(operands[2]) + firstFilter * plan.channels * pr.window.taps()};
    computePart(part);
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
