// SPDX-License-Identifier: Apache-2.0
// Convolution with 16 images in the lanes: plans of the passes, and the code of each instruction
// set that runs them.
#pragma once

#include "kernels/cpu/conv2d/gather.h"

namespace vitrine::kernels {

/// Where a part of LanesGatherPlan works.
struct LanesPart {
    int64_t laneGroup, group, tile;
    int64_t channel, filters;  ///< result channels
    int64_t begin, end;        ///< rows
};

/// Forward and data. The result channels of a group go in tiles, which are the bands of the packed
/// filters. A part for each (lane group, group, tile, strip).
struct LanesGatherPlan {
    Conv2dGather gather;
    Packing packing;
    int64_t tiles = 1;         ///< of at most lanesMaxFilters result channels, in each group
    int64_t strips = 1;        ///< of result rows
    int64_t channelChunk = 1;  ///< source channels that are summed before the next are looked at
    bool readsHalo = false;    ///< the source has all the zeros that columns ask for
    /// The result is pooled before it is stored; strips are of rows of the maxima then.
    std::optional<Conv2dProblem::Pooled> pooled;

    int64_t tileBegin(int64_t tile) const { return packing.bandBegin(tile); }
    int64_t rows() const { return pooled ? pooled->maxima.h : gather.result.h; }
    int64_t rowBegin(int64_t strip) const { return rows() * strip / strips; }
    LanesPart partAt(int64_t part) const;
};
inline constexpr int64_t lanesMaxFilters = 6;

/// A source channel of the group and a column tap.
struct LanesColumn {
    int64_t offset;  ///< floats from result column 0's own place in the first channel to the tap's
    TapRange reach;  ///< result columns that it meets
};

/// Weights. A part for each (group, share of the filter tiles, of the column tiles, of the filter
/// rows, of the lane groups). What a part holds in registers is a tile of filters × columns of one
/// filter row. Totals of a lane group are made apart and joined in order, in a second phase where
/// lane groups are shared out: so these have the same bits.
struct LanesWeightsPlan {
    Conv2dProblem problem;
    int64_t channels = 1, filters = 1;  ///< of one group
    int64_t filterTiles = 1, filterShares = 1, rowShares = 1;
    int64_t columnTiles = 1, columnShares = 1, laneShares = 1;
    int64_t stripRows = 1;  ///< result rows whose lines of dy stay in L1 over the column tiles
    std::vector<LanesColumn> columns;  ///< [channel][s]
    std::vector<TapRange> rowResults;  ///< result rows that meet each filter row

    int64_t filterBegin(int64_t tile) const { return filters * tile / filterTiles; }
    int64_t columnBegin(int64_t tile) const {
        return channels * problem.window.columns.kernel * tile / columnTiles;
    }
    int64_t tileBegin(int64_t share) const { return filterTiles * share / filterShares; }
    int64_t columnTileBegin(int64_t share) const { return columnTiles * share / columnShares; }
    int64_t rowBegin(int64_t share) const { return problem.window.rows.kernel * share / rowShares; }
    int64_t laneGroupBegin(int64_t share) const {
        return problem.y.laneGroups() * share / laneShares;
    }
    /// Register tiles of all filters.
    int64_t tiles() const {
        return problem.groups * filterTiles * columnTiles * problem.window.rows.kernel;
    }
};
/// Register tiles whose totals a part keeps while it passes over the images once.
inline constexpr int64_t lanesKeptTiles = 48;

const TapRange* rowResults(const LanesWeightsPlan& plan);
const LanesColumn* columnsOf(const LanesWeightsPlan& plan);

/// How many filters × columns the weights kernel of the chosen instruction set holds, and floats of
/// their totals.
struct LanesWeightsTile {
    int64_t filters, columns, floats;
};
LanesWeightsTile lanesWeightsTile();

Kernel::Run lanesGatherRun();
Kernel::Run lanesPoolRun();
Kernel::Run lanesWeightsRun();

}  // namespace vitrine::kernels
