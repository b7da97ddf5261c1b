// SPDX-License-Identifier: Apache-2.0
// A register tile of weights in lanes: filters × columns over some rows of pixels.
#if defined(VITRINE_KERNELS_CPU_CONV2D_LANES_WEIGHTS_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_CONV2D_LANES_WEIGHTS_TILE_INL_H_
#undef VITRINE_KERNELS_CPU_CONV2D_LANES_WEIGHTS_TILE_INL_H_
#else
#define VITRINE_KERNELS_CPU_CONV2D_LANES_WEIGHTS_TILE_INL_H_
#endif

#include <hwy/highway.h>

#include "kernels/cpu/conv2d/lanes.h"
#include "kernels/cpu/vector16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::lanes_weights::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, blockWidth>;
using V = hn::VFromD<D>;
constexpr D d{};
constexpr int64_t lanes = hn::MaxLanes(D());
using cpu::HWY_NAMESPACE::keepInRegister;

constexpr int maxFilters = HWY_TARGET == HWY_AVX3 ? 4 : 2;
constexpr int maxColumns = HWY_TARGET == HWY_AVX3 ? 6 : 5;
constexpr int64_t tileFloats = maxFilters * maxColumns * lanes;
constexpr int64_t keptTiles = lanesKeptTiles;

/// Read instead of source pixels that do not exist.
alignas(64) constexpr float zeros[blockWidth] = {};

/// A share of a group.
struct Part {
    const LanesWeightsPlan* plan;
    int64_t group;
    int64_t firstTile, lastTile;      ///< of filters
    int64_t firstColumn, lastColumn;  ///< the same, of columns
    int64_t firstRow, lastRow;        ///< of the filters
    int64_t firstLaneGroup, lastLaneGroup;
    const float* x;  ///< pixel (0, 0) of the group's first plane, first lane group
    float* dw;       ///< of the group
    float* shared;   ///< totals of each lane group, where these are shared out

    int64_t firstFilter() const { return plan->filterBegin(firstTile); }
    int64_t lastFilter() const { return plan->filterBegin(lastTile); }
};

/// Where a gradient that comes through a pool lies: maxima's, their index and gate, of the part's
/// first filter in a lane group, at pixel (0, 0).
struct Unpooled {
    const float* maxima = nullptr;
    const uint8_t* index = nullptr;
    const float* gate = nullptr;

    Unpooled plane(const Conv2dProblem::Gradient& of, int64_t number) const {
        return {maxima + number * of.maxima.planeStride(), index + number * of.index.planeStride(),
                gate ? gate + number * of.gate.planeStride() : nullptr};
    }
    Unpooled row(const Conv2dProblem::Gradient& of, int64_t number, int64_t slice) const {
        return {maxima + number * of.maxima.rowStride() + slice,
                index + number * of.index.rowStride() + slice,
                gate ? gate + number * of.gate.rowStride() + slice : nullptr};
    }
};

/// Lines of dy, from row `first` of a filter on: where they lie, or a copy. Those that come through
/// a pool and have `from` are made by the first tile that reads them, while it multiplies.
struct Lines {
    float* at;
    int64_t plane, row, first;
    const Unpooled* from = nullptr;
};

/// Some result rows of a lane group, and the filter row that they meet.
struct Strip {
    int64_t laneGroup, begin, end, r;
};

template <int F, int N>
struct Sums {
    V at[F][N];
};

/// The columns of a tile, and the result columns that all of them reach.
struct Columns {
    const LanesColumn* column;
    TapRange all;
};

/// sums[f][n] += dy[f] · x[n] at one pixel.
template <int F, int N>
HWY_INLINE void addPixel(Sums<F, N>& sums, const float* HWY_RESTRICT dy, int64_t dyPlane,
                         int64_t atDy, const float* const (&x)[N], int64_t atX) {
    V up[F];
#pragma GCC unroll 8
    for (int f = 0; f < F; ++f) up[f] = hn::LoadU(d, dy + f * dyPlane + atDy);
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) {
        V in = hn::LoadU(d, x[n] + atX);
        keepInRegister(in);
#pragma GCC unroll 8
        for (int f = 0; f < F; ++f) sums.at[f][n] = hn::MulAdd(up[f], in, sums.at[f][n]);
    }
}

/// sums[f][n] += Σ over `count` pixels of dy[f] · x[n], on so many vectors of each.
template <int F, int N>
HWY_INLINE void addPixels(Sums<F, N>& sums, const float* HWY_RESTRICT dy, int64_t dyPlane,
                          const float* const (&x)[N], int64_t xStep, int64_t count,
                          int64_t slices) {
    for (int64_t q = 0; q < count; ++q)
        for (int64_t i = 0; i < slices * lanes; i += lanes)
            addPixel<F, N>(sums, dy, dyPlane, q * blockWidth + i, x, q * xStep + i);
}

/// The same over whole rows of `count` pixels that lie side by side in both, and that all columns
/// reach: two places go through all lines, so that a row costs next to nothing beside its pixels.
template <int F, int N>
HWY_INLINE void addRowsOf(Sums<F, N>& sums, const float* HWY_RESTRICT dy, const Lines& lines,
                          const float* const (&x)[N], int64_t xRow, int64_t rows, int64_t count,
                          int64_t slices) {
    const int64_t dyPlane = lines.plane, step = blockWidth / slices;
    const int64_t row = count * blockWidth, dyBeyond = lines.row - row, xBeyond = xRow - row;
    int64_t atDy = 0, atX = 0;
    for (int64_t p = 0; p < rows; ++p, atDy += dyBeyond, atX += xBeyond)
        for (const int64_t end = atX + row; atX < end; atX += step, atDy += step)
            addPixel<F, N>(sums, dy, dyPlane, atDy, x, atX);
}

/// A result column near the border, where some columns of the tile reach nothing.
template <int F, int N>
HWY_INLINE void addBorderPixel(Sums<F, N>& sums, const float* dy, int64_t dyPlane, const float* x,
                               int64_t xStep, const Columns& columns, int64_t q, int64_t slices) {
    const float* in[N];
    for (int n = 0; n < N; ++n) {
        const bool exists = q >= columns.column[n].reach.begin && q < columns.column[n].reach.end;
        in[n] = exists ? x + columns.column[n].offset + q * xStep : zeros;
    }
    addPixels<F, N>(sums, dy + q * blockWidth, dyPlane, in, 0, 1, slices);
}

/// Where a strip begins in dy and x; `in`: in x at each column's own place.
template <int N>
struct StripRows {
    float* dy;
    const float* x;
    const float* in[N];
    int64_t xStep, xRow, rows;
    int64_t slice, slices;  ///< lanes from which on, and vectors of a pixel
};

/// Row by row, and pixel by pixel where some columns reach nothing.
template <int F, int N>
HWY_INLINE void addClippedRows(Sums<F, N>& sums, const Conv2dProblem& pr, const Lines& lines,
                               const Columns& columns, StripRows<N> at) {
    const int64_t first = columns.all.begin, end = columns.all.end;
    for (int n = 0; n < N; ++n) at.in[n] += first * at.xStep;
    for (int64_t p = 0; p < at.rows; ++p, at.dy += lines.row, at.x += at.xRow) {
        for (int64_t q = 0; q < first; ++q)
            addBorderPixel(sums, at.dy, lines.plane, at.x, at.xStep, columns, q, at.slices);
        addPixels<F, N>(sums, at.dy + first * blockWidth, lines.plane, at.in, at.xStep, end - first,
                        at.slices);
        for (int64_t q = end; q < pr.y.w; ++q)
            addBorderPixel(sums, at.dy, lines.plane, at.x, at.xStep, columns, q, at.slices);
        for (int n = 0; n < N; ++n) at.in[n] += at.xRow;
    }
}

/// Adds the sums of the first `images` lanes.
template <int F, int N>
HWY_INLINE void addToTotals(const Sums<F, N>& sums, int64_t images, float* HWY_RESTRICT totals) {
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

using Ints = hn::RebindToSigned<D>;

/// Gradients of the maxima of a filter's window, on some lanes, and their places.
struct Maxima {
    V value;
    hn::VFromD<Ints> place;

    HWY_INLINE void load(const Unpooled& from, int64_t at) {
        value = hn::LoadU(d, from.maxima + at);
        place = hn::PromoteTo(Ints(), hn::LoadU(hn::Rebind<uint8_t, Ints>(), from.index + at));
        if (from.gate)
            value = hn::IfThenElseZero(hn::Gt(hn::LoadU(d, from.gate + at), hn::Zero(d)), value);
    }
    /// What was before the pool at a pixel of the window.
    HWY_INLINE V before(hn::VFromD<Ints> pixel) const {
        return hn::IfThenElseZero(hn::RebindMask(d, hn::Eq(place, pixel)), value);
    }
    HWY_INLINE V before(int pixel) const { return before(hn::Set(Ints(), pixel)); }
};

/// A row of windows, of which `pixels` are those of one row before the pool.
template <int F, int N>
HWY_INLINE void addRowThroughPool(Sums<F, N>& sums, const Unpooled (&from)[F], int64_t windows,
                                  const hn::VFromD<Ints> (&pixels)[2], float* HWY_RESTRICT line,
                                  int64_t plane, const float* const (&x)[N], int64_t slices) {
    const int64_t step = blockWidth / slices;
    for (int64_t i = 0; i < windows * blockWidth; i += step) {
        Maxima maxima[F];
#pragma GCC unroll 8
        for (int f = 0; f < F; ++f) maxima[f].load(from[f], i);
#pragma GCC unroll 2
        for (int k = 0; k < 2; ++k) {
            const int64_t at = 2 * i - i % blockWidth + k * blockWidth;
            V up[F];
#pragma GCC unroll 8
            for (int f = 0; f < F; ++f) {
                up[f] = maxima[f].before(pixels[k]);
                hn::StoreU(up[f], d, line + f * plane + at);
            }
#pragma GCC unroll 8
            for (int n = 0; n < N; ++n) {
                V in = hn::LoadU(d, x[n] + at);
                keepInRegister(in);
#pragma GCC unroll 8
                for (int f = 0; f < F; ++f) sums.at[f][n] = hn::MulAdd(up[f], in, sums.at[f][n]);
            }
        }
    }
}

/// The same over rows from `row` on that are made on the way: multiplications hide what that takes.
template <int F, int N>
HWY_INLINE void addRowsThroughPool(Sums<F, N>& sums, const Conv2dProblem::Gradient& of,
                                   const Lines& lines, StripRows<N> at, int64_t row) {
    for (int64_t h = row; h < row + at.rows; ++h, at.dy += lines.row) {
        Unpooled from[F];
#pragma GCC unroll 8
        for (int f = 0; f < F; ++f) from[f] = lines.from->plane(of, f).row(of, h / 2, at.slice);
        const int first = static_cast<int>(h % 2 * 2);
        const hn::VFromD<Ints> pixels[2] = {hn::Set(Ints(), first), hn::Set(Ints(), first + 1)};
        addRowThroughPool<F, N>(sums, from, of.maxima.w, pixels, at.dy, lines.plane, at.in,
                                at.slices);
        for (int n = 0; n < N; ++n) at.in[n] += at.xRow;
    }
}

/// Vectors of a pixel's lanes from `slice` on: a sum has one vector of each pixel, or all.
template <int F, int N, bool throughPool, int64_t slices>
HWY_NOINLINE void addSlices(const Conv2dProblem& pr, const Lines& lines, const float* firstX,
                            const Columns& columns, const Strip& strip, int64_t slice,
                            float* HWY_RESTRICT totals) {
    Sums<F, N> sums;
#pragma GCC unroll 8
    for (int f = 0; f < F; ++f)
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) sums.at[f][n] = hn::Zero(d);
    const int64_t h = strip.begin * pr.window.rows.stride + strip.r * pr.window.rows.dilation -
                      pr.window.rows.before;
    StripRows<N> at{
        .dy = lines.at + (strip.begin - lines.first) * lines.row + slice,
        .x = firstX + strip.laneGroup * pr.x.c * pr.x.planeStride() + h * pr.x.rowStride() + slice,
        .in = {},
        .xStep = pr.window.columns.stride * blockWidth,
        .xRow = pr.window.rows.stride * pr.x.rowStride(),
        .rows = strip.end - strip.begin,
        .slice = slice,
        .slices = slices};
    for (int n = 0; n < N; ++n) at.in[n] = at.x + columns.column[n].offset;
    if constexpr (throughPool)
        addRowsThroughPool<F, N>(sums, *pr.unpooled, lines, at, strip.begin);
    else if (columns.all.begin == 0 && columns.all.end == pr.y.w && at.xStep == blockWidth)
        addRowsOf<F, N>(sums, at.dy, lines, at.in, at.xRow, at.rows, pr.y.w, slices);
    else
        addClippedRows<F, N>(sums, pr, lines, columns, at);
    const int64_t images = HWY_MIN(blockWidth, pr.y.n - strip.laneGroup * blockWidth) - slice;
    addToTotals<F, N>(sums, images, totals);
}

/// Where all 16 images are there, vectors shorter than a pixel go through all of its lanes in one
/// pass: lines are read once and whole. Two halves that were passed by themselves took 1.1 to 1.2
/// times as long. Else the lanes that are there are summed vector by vector.
template <int F, int N, bool throughPool>
HWY_INLINE void addStrip(const Conv2dProblem& pr, const Lines& lines, const float* x,
                         const Columns& columns, const Strip& strip, float* totals) {
    if (pr.y.n - strip.laneGroup * blockWidth >= blockWidth)
        return addSlices<F, N, throughPool, blockWidth / lanes>(pr, lines, x, columns, strip, 0,
                                                                totals);
    for (int64_t slice = 0; slice < blockWidth; slice += lanes)
        addSlices<F, N, throughPool, 1>(pr, lines, x, columns, strip, slice, totals);
}

inline Columns columnsFrom(const LanesWeightsPlan& plan, int64_t first, int64_t count) {
    Columns columns{columnsOf(plan) + first, {0, plan.problem.y.w}};
    for (int64_t n = 0; n < count; ++n) {
        const TapRange& reach = columns.column[n].reach;
        columns.all.begin = HWY_MAX(columns.all.begin, reach.begin);
        columns.all.end = HWY_MIN(columns.all.end, reach.end);
    }
    // A filter wider than the image may leave no common column: all are border then.
    if (columns.all.end < columns.all.begin) columns.all = {0, 0};
    return columns;
}

}  // namespace
}  // namespace vitrine::kernels::lanes_weights::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
