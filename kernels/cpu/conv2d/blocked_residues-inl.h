// SPDX-License-Identifier: Apache-2.0
// Results of even and of odd columns in one tile: data passes of stride 2 whose columns have one
// and two taps by turns. A source value goes to three neighbouring results, to the middle one with
// its only tap, so one broadcast serves three times, and results are stored side by side. A tile of
// one column class alone is over too soon, and broadcasts every value for one product: of 280
// GFLOP/s that gave 120 where results have 16 channels and 168 where they have 32, this gives 195
// and 215. One block of results at a time: two would leave registers for half as many.
#if defined(VITRINE_KERNELS_CPU_CONV2D_BLOCKED_RESIDUES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_CONV2D_BLOCKED_RESIDUES_INL_H_
#undef VITRINE_KERNELS_CPU_CONV2D_BLOCKED_RESIDUES_INL_H_
#else
#define VITRINE_KERNELS_CPU_CONV2D_BLOCKED_RESIDUES_INL_H_
#endif

#include "kernels/cpu/conv2d/blocked_tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::blocked_gather::HWY_NAMESPACE {
namespace {

/// Columns by turns: those with one tap, and those with two, a source pixel apart.
struct Residues {
    const GatherTap *once, *twice;  ///< of each row tap one, and two
    int64_t rowTaps;
    bool beginsTwice;  ///< even columns have two taps
    int64_t line;      ///< packed floats between source channels
};

/// Registers of 8 floats are too few: sums of two taps would wait for themselves.
bool takesResidues(const GatherTables& tables) {
    if (lanes != blockWidth || tables.columnClasses != 2) return false;
    const bool beginsTwice = tables.columns[0].taps == 2;
    const Conv2dAxis &once = tables.columns[beginsTwice], &twice = tables.columns[!beginsTwice];
    return once.taps == 1 && twice.taps == 2 && once.scale == 1 && twice.offsetStep == 1 &&
           once.offset == twice.offset + beginsTwice;
}

/// With what each source value is multiplied, for its results in ascending order.
template <int P, bool BeginsTwice>
HWY_INLINE void addResidues(Tile<P, 1>& sums, const Row& row, const Residues& residues,
                            const float* source) {
    constexpr int firstResult = BeginsTwice ? -2 : -1, values = (P + BeginsTwice) / 2 + 1;
    for (int64_t block = 0; block < row.blocks; ++block) {
        const int64_t channels = block + 1 < row.blocks ? blockWidth : row.lastChannels;
        const float* const packed = row.packed + block * row.blockFloats;
        for (int64_t t = 0; t < residues.rowTaps; ++t) {
            const GatherTap* const twice = residues.twice + 2 * t;
            const float* HWY_RESTRICT x = source + block * row.sourcePlane + twice[0].source;
            const int64_t taps[3] = {twice[1].filter, residues.once[t].filter, twice[0].filter};
            const float* w[3];
            for (int k = 0; k < 3; ++k) {
                w[k] = packed + taps[k] * row.tapFloats;
                if (row.ahead != 0) prefetchFilters(row, w[k]);
            }
#pragma GCC unroll 2
            for (int64_t c = 0; c < channels; ++c) {
                Vec weights[3];
#pragma GCC unroll 3
                for (int k = 0; k < 3; ++k) weights[k] = hn::LoadU(d, w[k] + c * residues.line);
#pragma GCC unroll 10
                for (int q = 0; q < values; ++q) {
                    const Vec value = hn::Set(d, x[q * blockWidth + c]);
#pragma GCC unroll 3
                    for (int k = 0; k < 3; ++k)
                        if (const int p = 2 * q + firstResult + k; p >= 0 && p < P)
                            sums[p][0] = hn::MulAdd(value, weights[k], sums[p][0]);
                }
            }
        }
    }
}

/// Results from column j on, which is even.
template <int P>
HWY_NOINLINE void computeResidueTile(const Row& row, const Residues& residues, int64_t j) {
    Tile<P, 1> sums;
    start<P, 1>(sums, row);
    const float* const source = row.source + j / 2 * blockWidth;
    if (residues.beginsTwice)
        addResidues<P, true>(sums, row, residues, source);
    else
        addResidues<P, false>(sums, row, residues, source);
    finish<P, 1>(sums, row, j);
}

template <int P>
HWY_INLINE void computeResidueTileOf(int64_t results, const Row& row, const Residues& residues,
                                     int64_t j) {
    if constexpr (P > 0) {
        if (results == P) return computeResidueTile<P>(row, residues, j);
        computeResidueTileOf<P - 1>(results, row, residues, j);
    }
}

/// The rest of the row for one block of its band.
void computeResidueRow(Row& row, const Residues& residues, int64_t count) {
    constexpr int64_t P = 16;
    const int64_t tiles = (count + P - 1) / P, pairs = (count + 1) / 2;
    const int64_t lines = row.tapFloats / blockWidth;
    for (int64_t tile = 0; tile < tiles; ++tile) {
        const int64_t j = pairs * tile / tiles * 2;
        const int64_t end = HWY_MIN(pairs * (tile + 1) / tiles * 2, count);
        row.aheadBegin = lines * (row.done + j) / row.results;
        row.aheadEnd = lines * (row.done + end) / row.results;
        askAhead(row);
        computeResidueTileOf<P>(end - j, row, residues, j);
    }
}

/// All blocks of a band.
void computeResidueRows(Row row, const Residues& residues, int64_t width, int64_t count) {
    for (int64_t block = 0; block < width; ++block) {
        computeResidueRow(row, residues, count);
        row.packed += blockWidth;
        row.result += row.resultPlane;
        if (row.bias) row.bias += blockWidth;
        if (row.gate) row.gate += row.resultPlane;
        if (row.added.data) row.added.data += row.added.plane;
        row.ahead = 0;  // the first block has asked for all
    }
}

}  // namespace
}  // namespace vitrine::kernels::blocked_gather::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
