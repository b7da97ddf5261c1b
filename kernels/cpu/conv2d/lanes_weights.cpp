// SPDX-License-Identifier: Apache-2.0
// Weights in lanes: filters × columns (a column is a source channel and a column tap) stay in
// registers while pixels stream by; the 16 images are summed at the end of each lane group, with
// missing images masked out.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/lanes_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/cpu/conv2d/lanes_spread-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::lanes_weights::HWY_NAMESPACE {

namespace {

struct Place;
using AddTile = void (*)(const Part&, const Place&, const Lines&, const Strip&);

/// A register tile.
struct Place {
    int64_t r, filterTile, columnTile;
    int64_t filter, filters, column, columns;
    Columns at;
    TapRange reach;   ///< result rows that meet r
    float* totals;    ///< where its sums are added
    AddTile addTile;  ///< for so many filters × columns
    bool makesLines;  ///< that come through a pool, before others read them

    int64_t floats() const { return filters * columns * lanes; }
};

template <int F, int N>
HWY_NOINLINE void addTileThroughPool(const Part& part, const Place& place, Lines lines,
                                     const Strip& strip) {
    const Conv2dProblem& pr = part.plan->problem;
    const Unpooled own = lines.from->plane(*pr.unpooled, place.filter - part.firstFilter());
    lines.from = &own;
    addStrip<F, N, true>(pr, lines, part.x, place.at, strip, place.totals);
}

template <int F, int N>
void addTile(const Part& part, const Place& place, const Lines& lines, const Strip& strip) {
    Lines own = lines;
    own.at += (place.filter - part.firstFilter()) * lines.plane;
    if (place.makesLines) return addTileThroughPool<F, N>(part, place, own, strip);
    addStrip<F, N, false>(part.plan->problem, own, part.x, place.at, strip, place.totals);
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
            .at = columnsFrom(plan, column, columns),
            .reach = rowResults(plan)[r],
            .totals = nullptr,
            .addTile = addTileOf(filters, columns),
            .makesLines = false};
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
    float* const to = dw + place.filter * filter + channel * plane + place.r * columns.kernel + s;
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

/// Whether a tile reads every pixel of its filters' lines, and these come through a pool of 2 × 2
/// that covers them all.
bool canMakeLines(const LanesWeightsPlan& plan, const Place& place) {
    const Conv2dProblem& pr = plan.problem;
    if (pr.window.columns.stride != 1) return false;
    const Image& maxima = pr.unpooled->maxima;
    const auto isWhole = [](const TapRange& reach, int64_t extent) {
        return reach.begin == 0 && reach.end == extent;
    };
    return isWhole(place.at.all, pr.y.w) && isWhole(place.reach, pr.y.h) &&
           2 * maxima.h == pr.y.h && 2 * maxima.w == pr.y.w;
}

/// Puts one tile for each of so many tiles of filters in front that makes their lines; where there
/// is not one for each, none does.
bool putMakersFirst(const LanesWeightsPlan& plan, Place* places, int64_t count, int64_t wanted) {
    if (!plan.problem.unpooled) return false;
    int64_t makers = 0;
    for (int64_t i = 0; i < count && makers < wanted; ++i) {
        const bool isMade = std::any_of(places, places + makers, [&](const Place& maker) {
            return maker.filterTile == places[i].filterTile;
        });
        if (isMade || !canMakeLines(plan, places[i])) continue;
        std::rotate(places + makers, places + i, places + i + 1);
        ++makers;
    }
    for (int64_t i = 0; i < makers; ++i) places[i].makesLines = makers == wanted;
    return makers == wanted;
}

/// dw of the part's filters, columns and rows. `linesAt(laneGroup, row, areMade)` gives lines of dy
/// of the part's first filter; `areMade`: by tiles, where they come through a pool.
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
        const bool areMade =
            putMakersFirst(plan, places, kept, HWY_MIN(kept, part.lastTile - part.firstTile));
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
                addRows(part, places, kept, linesAt(group, p, areMade), group);
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
        static_cast<const uint8_t*>(operands[2]) + at(of.index),
        of.isGated ? static_cast<const float*>(operands[3]) + at(of.gate) : nullptr};
    const Image& dy = plan.problem.y;
    const int64_t row = dy.w * blockWidth;
    Unpooled own;  // where the lines of which lane group come from
    computePart(part, [&](int64_t laneGroup, int64_t p, bool areMade) {
        own = first.plane(of, laneGroup * dy.c);
        const Lines lines{scratch, plan.stripRows * row, row, p, &own};
        return areMade ? lines : spread(part, own, lines);
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
    float* const dy = static_cast<float*>(operands[0]) + pr.y.origin() +
                      (part.group * plan.filters + part.firstFilter()) * pr.y.planeStride();
    computePart(part, [&](int64_t laneGroup, int64_t p, bool) {
        return Lines{dy + laneGroup * pr.y.c * pr.y.planeStride() + p * pr.y.rowStride(),
                     pr.y.planeStride(),
                     pr.y.rowStride(),
                     p,
                     {}};
    });
}

Kernel::Run weightsRun() { return runWeights; }
LanesWeightsTile weightsTile() { return {maxFilters, maxColumns, tileFloats}; }

}  // namespace
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
