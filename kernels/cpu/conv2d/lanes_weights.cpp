// SPDX-License-Identifier: Apache-2.0
// Weights in lanes: filters × columns (a column is a source channel and a column tap) stay in
// registers while pixels stream by; the 16 images are summed at the end of each lane group, with
// missing images masked out.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/lanes_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d/lanes.h"
#include "kernels/cpu/conv2d/lanes_spread-inl.h"
#include "kernels/cpu/halo.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::lanes_weights::HWY_NAMESPACE {

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

/// Lines of dy, from row `first` of a filter on: where they lie, or a copy.
struct Lines {
    const float* at;
    int64_t plane, row, first;
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

/// sums[f][n] += Σ over `count` pixels of dy[f] · x[n].
template <int F, int N>
HWY_INLINE void addPixels(Sums<F, N>& sums, const float* HWY_RESTRICT dy, int64_t dyPlane,
                          const float* const (&x)[N], int64_t xStep, int64_t count) {
    for (int64_t q = 0; q < count; ++q)
        addPixel<F, N>(sums, dy, dyPlane, q * blockWidth, x, q * xStep);
}

/// The same over whole rows of `count` pixels that lie side by side in both, and that all columns
/// reach: two places go through all lines, so that a row costs next to nothing beside its pixels.
template <int F, int N>
HWY_INLINE void addRowsOf(Sums<F, N>& sums, const float* HWY_RESTRICT dy, const Lines& lines,
                          const float* const (&x)[N], int64_t xRow, int64_t rows, int64_t count) {
    const int64_t dyPlane = lines.plane;
    const int64_t row = count * blockWidth, dyBeyond = lines.row - row, xBeyond = xRow - row;
    int64_t atDy = 0, atX = 0;
    for (int64_t p = 0; p < rows; ++p, atDy += dyBeyond, atX += xBeyond)
        for (const int64_t end = atX + row; atX < end; atX += blockWidth, atDy += blockWidth)
            addPixel<F, N>(sums, dy, dyPlane, atDy, x, atX);
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

/// Where a strip begins in dy and x; `in`: in x at each column's own place.
template <int N>
struct StripRows {
    const float* dy;
    const float* x;
    const float* in[N];
    int64_t xStep, xRow, rows;
};

/// Row by row, and pixel by pixel where some columns reach nothing.
template <int F, int N>
HWY_INLINE void addClippedRows(Sums<F, N>& sums, const Conv2dProblem& pr, const Lines& lines,
                               const Columns<N>& columns, StripRows<N> at) {
    const int64_t first = columns.all.begin, end = columns.all.end;
    for (int n = 0; n < N; ++n) at.in[n] += first * at.xStep;
    for (int64_t p = 0; p < at.rows; ++p, at.dy += lines.row, at.x += at.xRow) {
        for (int64_t q = 0; q < first; ++q)
            addBorderPixel(sums, at.dy, lines.plane, at.x, at.xStep, columns, q);
        addPixels<F, N>(sums, at.dy + first * blockWidth, lines.plane, at.in, at.xStep,
                        end - first);
        for (int64_t q = end; q < pr.y.w; ++q)
            addBorderPixel(sums, at.dy, lines.plane, at.x, at.xStep, columns, q);
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

template <int F, int N>
HWY_NOINLINE void addStrip(const Conv2dProblem& pr, const Lines& lines, const float* firstX,
                           const Columns<N>& columns, const Strip& strip, int64_t slice,
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
        .rows = strip.end - strip.begin};
    for (int n = 0; n < N; ++n) at.in[n] = at.x + columns.offset[n];
    if (columns.all.begin == 0 && columns.all.end == pr.y.w && at.xStep == blockWidth)
        addRowsOf<F, N>(sums, at.dy, lines, at.in, at.xRow, at.rows, pr.y.w);
    else
        addClippedRows<F, N>(sums, pr, lines, columns, at);
    const int64_t images = HWY_MIN(blockWidth, pr.y.n - strip.laneGroup * blockWidth) - slice;
    addToTotals<F, N>(sums, images, totals);
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

struct Place;
using AddTile = void (*)(const Part&, const Place&, const Lines&, const Strip&);

/// A register tile.
struct Place {
    int64_t r, filterTile, columnTile;
    int64_t filter, filters, column, columns;
    TapRange reach;   ///< result rows that meet r
    float* totals;    ///< where its sums are added
    AddTile addTile;  ///< for so many filters × columns

    int64_t floats() const { return filters * columns * lanes; }
};

template <int F, int N>
void addTile(const Part& part, const Place& place, const Lines& lines, const Strip& strip) {
    const Columns<N> columns = columnsFrom<N>(*part.plan, place.column);
    Lines own = lines;
    own.at += (place.filter - part.firstFilter()) * lines.plane;
    for (int64_t slice = 0; slice < blockWidth; slice += lanes)
        addStrip<F, N>(part.plan->problem, own, part.x, columns, strip, slice, place.totals);
}

template <int F, int N = maxColumns>
AddTile addTileOfColumns(int64_t columns) {
    if constexpr (N > 1)
        if (columns < N) return addTileOfColumns<F, N - 1>(columns);
    return addTile<F, N>;
}

template <int F = maxFilters>
AddTile addTileOf(int64_t filters, int64_t columns) {
    if constexpr (F > 1)
        if (filters < F) return addTileOf<F - 1>(filters, columns);
    return addTileOfColumns<F>(columns);
}

Place placeAt(const LanesWeightsPlan& plan, int64_t r, int64_t filterTile, int64_t columnTile) {
    const int64_t filter = plan.filterBegin(filterTile), column = plan.columnBegin(columnTile);
    const int64_t filters = plan.filterBegin(filterTile + 1) - filter;
    const int64_t columns = plan.columnBegin(columnTile + 1) - column;
    return {.r = r,
            .filterTile = filterTile,
            .columnTile = columnTile,
            .filter = filter,
            .filters = filters,
            .column = column,
            .columns = columns,
            .reach = rowResults(plan)[r],
            .totals = nullptr,
            .addTile = addTileOf(filters, columns)};
}

/// Register tiles of a part by number: (column tile, filter row r, filter tile of the share), so
/// that those of one column tile, which read the same lines of x, come one after the other.
Place placeOf(const Part& part, int64_t index) {
    const int64_t share = part.lastTile - part.firstTile, rows = part.lastRow - part.firstRow;
    return placeAt(*part.plan, part.firstRow + index / share % rows, part.firstTile + index % share,
                   part.firstColumn + index / share / rows);
}

/// Where the totals of a lane group's tile lie.
float* sharedTotals(const LanesWeightsPlan& plan, float* shared, int64_t laneGroup, int64_t group,
                    const Place& place) {
    const int64_t tile =
        ((group * plan.filterTiles + place.filterTile) * plan.columnTiles + place.columnTile) *
            plan.problem.window.rows.kernel +
        place.r;
    return shared + (laneGroup * plan.tiles() + tile) * tileFloats;
}

void addTo(float* totals, const float* more, int64_t floats) {
    for (int64_t i = 0; i < floats; i += lanes)
        hn::StoreU(hn::Add(hn::LoadU(d, totals + i), hn::LoadU(d, more + i)), d, totals + i);
}

/// Sums the lanes of a tile's totals into dw of its group.
void writeTile(const LanesWeightsPlan& plan, const Place& place, const float* totals, float* dw) {
    const WindowAxis &rows = plan.problem.window.rows, &columns = plan.problem.window.columns;
    const int64_t plane = rows.kernel * columns.kernel, filter = plan.channels * plane;
    const int64_t channel = place.column / columns.kernel, s = place.column % columns.kernel;
    float* const to =
        dw + place.filter * filter + channel * plane + place.r * columns.kernel + s;
    for (int64_t f = 0; f < place.filters; ++f) {
        const float* const from = totals + f * place.columns * lanes;
        int64_t at = f * filter, untilNext = columns.kernel - s;
        for (int64_t n = 0; n < place.columns; ++n, ++at) {
            if (untilNext-- == 0) {
                at += plane - columns.kernel;
                untilNext = columns.kernel - 1;
            }
            to[at] = hn::GetLane(hn::SumOfLanes(d, hn::LoadU(d, from + n * lanes)));
        }
    }
}

/// Adds result rows from p on to the totals of some tiles.
void addRows(const Part& part, const Place* places, int64_t count, const Lines& lines,
             int64_t laneGroup) {
    const int64_t beyond = lines.first + part.plan->stripRows;
    for (const Place* place = places; place != places + count; ++place) {
        const Strip strip = {.laneGroup = laneGroup,
                             .begin = HWY_MAX(lines.first, place->reach.begin),
                             .end = HWY_MIN(beyond, place->reach.end),
                             .r = place->r};
        if (strip.begin < strip.end) place->addTile(part, *place, lines, strip);
    }
}

/// Points `count` tiles at what `totalsOf(tile)` gives, which begins with zeros.
template <class TotalsOf>
void startTotals(Place* places, int64_t count, TotalsOf totalsOf) {
    for (int64_t i = 0; i < count; ++i) {
        places[i].totals = totalsOf(i);
        for (int64_t k = 0; k < places[i].floats(); k += lanes)
            hn::StoreU(hn::Zero(d), d, places[i].totals + k);
    }
}

/// dw of the part's filters, columns and rows. `linesAt(laneGroup, row)` gives lines of dy of the
/// part's first filter.
template <class LinesAt>
void computePart(const Part& part, LinesAt linesAt) {
    const LanesWeightsPlan& plan = *part.plan;
    HWY_ALIGN float totals[keptTiles * tileFloats], ofGroup[keptTiles * tileFloats];
    const int64_t tiles = (part.lastRow - part.firstRow) * (part.lastColumn - part.firstColumn) *
                          (part.lastTile - part.firstTile);
    const bool isShared = plan.laneShares > 1;
    // Where a lane group is one strip its sums need no totals of their own.
    const bool isOneSum = !isShared && plan.stripRows >= plan.problem.y.h;
    Place places[keptTiles];
    for (int64_t first = 0; first < tiles; first += keptTiles) {
        const int64_t kept = HWY_MIN(keptTiles, tiles - first);
        for (int64_t i = 0; i < kept; ++i) places[i] = placeOf(part, first + i);
        if (!isShared)
            startTotals(places, kept, [&](int64_t i) { return totals + i * tileFloats; });
        for (int64_t group = part.firstLaneGroup; group < part.lastLaneGroup; ++group) {
            if (isShared)
                startTotals(places, kept, [&](int64_t i) {
                    return sharedTotals(plan, part.shared, group, part.group, places[i]);
                });
            else if (!isOneSum)
                startTotals(places, kept, [&](int64_t i) { return ofGroup + i * tileFloats; });
            for (int64_t p = 0; p < plan.problem.y.h; p += plan.stripRows)
                addRows(part, places, kept, linesAt(group, p), group);
            for (int64_t i = 0; i < kept && !isShared && !isOneSum; ++i)
                addTo(totals + i * tileFloats, places[i].totals, places[i].floats());
        }
        for (int64_t i = 0; i < kept && !isShared; ++i)
            writeTile(plan, places[i], totals + i * tileFloats, part.dw);
    }
}

/// Joins the totals of all lane groups for a tile of filters, in order.
void joinLaneGroups(const LanesWeightsPlan& plan, float* shared, int64_t group, int64_t filterTile,
                    float* dw) {
    for (int64_t column = 0; column < plan.columnTiles; ++column)
        for (int64_t r = 0; r < plan.problem.window.rows.kernel; ++r) {
            const Place place = placeAt(plan, r, filterTile, column);
            HWY_ALIGN float totals[tileFloats] = {};
            for (int64_t g = 0; g < plan.problem.y.laneGroups(); ++g)
                addTo(totals, sharedTotals(plan, shared, g, group, place), place.floats());
            writeTile(plan, place, totals, dw);
        }
}

/// Rows [p, p + stripRows) of dy of a part's filters in a lane group, as they were before the pool.
Lines spread(const Part& part, const Unpooled& first, int64_t laneGroup, int64_t p, float* to) {
    const LanesWeightsPlan& plan = *part.plan;
    const Conv2dProblem& pr = plan.problem;
    const Conv2dProblem::Gradient& of = *pr.unpooled;
    const Lines lines{to, plan.stripRows * pr.y.w * blockWidth, pr.y.w * blockWidth, p};
    const int64_t end = HWY_MIN(p + plan.stripRows, pr.y.h), covered = 2 * of.maxima.w;
    for (int64_t f = 0; f < part.lastFilter() - part.firstFilter(); ++f) {
        const int64_t plane = laneGroup * pr.y.c + f;
        const Unpooled from{first.maxima + plane * of.maxima.planeStride(),
                            first.index + plane * of.index.planeStride(),
                            of.isGated ? first.gate + plane * of.gate.planeStride() : nullptr};
        for (int64_t h = p; h < end; h += 2) {
            const int64_t rows = HWY_MIN(2, end - h);
            float* const line = to + f * lines.plane + (h - p) * lines.row;
            const bool isCovered = h / 2 < of.maxima.h;
            if (isCovered && rows == 2) spreadRow<2>(of, from, h / 2, line, lines.row);
            if (isCovered && rows == 1) spreadRow<1>(of, from, h / 2, line, lines.row);
            const int64_t beyond = isCovered ? covered * blockWidth : 0;
            for (int64_t i = 0; i < rows && beyond < lines.row; ++i)
                zeroElements(line + i * lines.row + beyond, lines.row - beyond);
        }
    }
    return lines;
}

/// By their number: (group, share of filters, of columns, of rows, of lane groups).
Part partAt(const LanesWeightsPlan& plan, void* const* operands, int64_t index) {
    const Conv2dProblem& pr = plan.problem;
    const int64_t laneShare = index % plan.laneShares, ofRows = index / plan.laneShares;
    const int64_t rowShare = ofRows % plan.rowShares, rest = ofRows / plan.rowShares;
    const int64_t share = rest % plan.filterShares;
    const int64_t columnShare = rest / plan.filterShares % plan.columnShares;
    const int64_t group = rest / plan.filterShares / plan.columnShares;
    return {.plan = &plan,
            .group = group,
            .firstTile = plan.tileBegin(share),
            .lastTile = plan.tileBegin(share + 1),
            .firstColumn = plan.columnTileBegin(columnShare),
            .lastColumn = plan.columnTileBegin(columnShare + 1),
            .firstRow = plan.rowBegin(rowShare),
            .lastRow = plan.rowBegin(rowShare + 1),
            .firstLaneGroup = plan.laneGroupBegin(laneShare),
            .lastLaneGroup = plan.laneGroupBegin(laneShare + 1),
            .x = static_cast<const float*>(operands[1]) +
                 group * plan.channels * pr.x.planeStride() + pr.x.origin(),
            .dw = nullptr,
            .shared = nullptr};
}

void runSpread(const Part& part, void* const* operands, float* scratch) {
    const LanesWeightsPlan& plan = *part.plan;
    const Conv2dProblem::Gradient& of = *plan.problem.unpooled;
    const int64_t filter = part.group * plan.filters + part.firstFilter();
    const auto at = [&](const Image& image) {
        return filter * image.planeStride() + image.origin();
    };
    const Unpooled first{
        static_cast<const float*>(operands[0]) + at(of.maxima),
        static_cast<const int32_t*>(operands[2]) + at(of.index),
        of.isGated ? static_cast<const float*>(operands[3]) + at(of.gate) : nullptr};
    computePart(part, [&](int64_t laneGroup, int64_t p) {
        return spread(part, first, laneGroup, p, scratch);
    });
}

void runWeights(const void* problem, void* const* operands, Workspace workspace, int phase,
                int64_t index) {
    const auto& plan = *static_cast<const LanesWeightsPlan*>(problem);
    const Conv2dProblem& pr = plan.problem;
    const int result = !pr.unpooled ? 2 : pr.unpooled->isGated ? 4 : 3;
    float* const dw = static_cast<float*>(operands[result]);
    const int64_t groupWeights = plan.filters * plan.channels * pr.window.taps();
    auto* const shared = static_cast<float*>(workspace.shared);
    if (phase == 1) {
        const int64_t group = index / plan.filterTiles;
        return joinLaneGroups(plan, shared, group, index % plan.filterTiles,
                              dw + group * groupWeights);
    }
    Part part = partAt(plan, operands, index);
    part.dw = dw + part.group * groupWeights;
    part.shared = shared;
    if (pr.unpooled) return runSpread(part, operands, static_cast<float*>(workspace.own));
    const float* const dy = static_cast<const float*>(operands[0]) + pr.y.origin() +
                            (part.group * plan.filters + part.firstFilter()) * pr.y.planeStride();
    computePart(part, [&](int64_t laneGroup, int64_t p) {
        return Lines{dy + laneGroup * pr.y.c * pr.y.planeStride() + p * pr.y.rowStride(),
                     pr.y.planeStride(), pr.y.rowStride(), p};
    });
}

Kernel::Run weightsRun() { return runWeights; }
LanesWeightsTile weightsTile() { return {maxFilters, maxColumns, tileFloats}; }

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
