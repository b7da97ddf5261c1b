// SPDX-License-Identifier: Apache-2.0
// Weights of narrow groups: the sums of several taps stay in registers while a row of
// pixels streams by, so that a line of dy serves them all. Every row starts from zero, which
// shortens the sums.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/depthwise_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d/depthwise.h"
#include "kernels/cpu/conv2d/group_lanes-inl.h"
#include "kernels/cpu/upcoming.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// Taps of a tile: what the registers hold beside a line of dy and one of x.
constexpr int64_t mostSums = HWY_TARGET == HWY_AVX3 ? 28 : 12;
constexpr int64_t mostRows = 4, mostColumns = 7;
constexpr int64_t tileRows(int64_t columns) { return HWY_MIN(mostRows, mostSums / columns); }

/// One vector of channels of a row of results, and the taps that it meets.
struct Row {
    const float* dy;
    const float* x;  ///< source pixel of the first result and first tap
    int64_t pixels, xStep;
    int64_t xTapRow, xTapColumn;  ///< floats between the source pixels of neighbouring taps
    float* sums;
    int64_t sumsRow;          ///< floats between filter rows
    const GroupLanes* group;  ///< of the source that the taps belong to; null where it is alone
};

/// A line of x as the taps want it.
template <bool IsGroup, class Indices>
HWY_INLINE FloatVector loadSource(const float* x, const Indices& lanes) {
    if constexpr (IsGroup) return hn::TableLookupLanes(load(x), lanes);
    return load(x);
}

/// R × S taps. Those of more than one column are neighbours in x.
template <int R, int S, bool IsGroup>
HWY_NOINLINE void addTile(const Row& row) {
    const auto lanes = (IsGroup ? *row.group : GroupLanes(1, 0)).indices();
    FloatVector sums[R][S];
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 7
        for (int s = 0; s < S; ++s) sums[r][s] = hn::Zero(Floats());
    const float* HWY_RESTRICT dy = row.dy;
    const float* HWY_RESTRICT x = row.x;
    for (int64_t q = 0; q < row.pixels; ++q, dy += blockWidth, x += row.xStep) {
        const FloatVector up = load(dy);
#pragma GCC unroll 4
        for (int r = 0; r < R; ++r)
#pragma GCC unroll 7
            for (int s = 0; s < S; ++s)
                sums[r][s] =
                    hn::MulAdd(loadSource<IsGroup>(x + r * row.xTapRow + s * blockWidth, lanes), up,
                               sums[r][s]);
    }
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 7
        for (int s = 0; s < S; ++s) {
            float* const to = row.sums + r * row.sumsRow + s * blockWidth;
            store(hn::Add(load(to), sums[r][s]), to);
        }
}

/// Calls addTile<rows, S, …>.
template <int R, int S>
HWY_INLINE void addTileOf(int64_t rows, const Row& row) {
    if constexpr (R > 0) {
        if (rows == R) return row.group ? addTile<R, S, true>(row) : addTile<R, S, false>(row);
        addTileOf<R - 1, S>(rows, row);
    }
}

/// S columns of `taps` filter rows, in tiles that differ by one row at most.
template <int S>
void addRows(const Row& row, int64_t taps) {
    constexpr int64_t R = tileRows(S);
    const int64_t tiles = (taps + R - 1) / R;
    for (int64_t tile = 0; tile < tiles; ++tile) {
        const int64_t r = taps * tile / tiles;
        Row of = row;
        of.x += r * row.xTapRow;
        of.sums += r * row.sumsRow;
        addTileOf<R, S>(taps * (tile + 1) / tiles - r, of);
    }
}

/// Calls addRows<columns>.
template <int S>
HWY_INLINE void addRowsOf(int64_t columns, const Row& row, int64_t taps) {
    if constexpr (S > 0) {
        if (columns == S) return addRows<S>(row, taps);
        addRowsOf<S - 1>(columns, row, taps);
    }
}

/// All columns. Taps that dilation holds apart go column by column.
void addColumns(const Row& row, int64_t taps, int64_t columns) {
    const int64_t most = row.xTapColumn == blockWidth ? mostColumns : 1;
    const int64_t tiles = (columns + most - 1) / most;
    for (int64_t tile = 0; tile < tiles; ++tile) {
        const int64_t s = columns * tile / tiles;
        Row of = row;
        of.x += s * row.xTapColumn;
        of.sums += s * blockWidth;
        addRowsOf<mostColumns>(columns * (tile + 1) / tiles - s, of, taps);
    }
}

/// Lines that are wanted some rows later, where they come from far away.
HWY_INLINE void prefetchRow(const Image& image, const float* line, int64_t rows) {
    constexpr int64_t ahead = 64 * blockWidth;
    for (int64_t at = 0; at < rows * image.rowStride(); at += blockWidth)
        __builtin_prefetch(line + ahead + at);
}

/// What a block of one result row (counted over all images) gives.
void addResultRow(const DepthwiseWeightsPlan& plan, const float* dy, const float* x, int64_t line,
                  int64_t block, float* sums, const GroupLanes* group, bool isSourceMade) {
    const Conv2dProblem& pr = plan.problem;
    const int64_t image = line / pr.y.h, p = line % pr.y.h;
    const int64_t plane = image * plan.blocks() + block;
    const TapRange taps = rowTaps(plan)[p];
    const WindowAxis &rows = pr.window.rows, &columns = pr.window.columns;
    const int64_t h = p * rows.stride + taps.begin * rows.dilation - rows.before;
    const float* const dyLine =
        dy + plane * pr.y.planeStride() + pr.y.origin() + p * pr.y.rowStride();
    if (plan.isFar) {
        prefetchRow(pr.y, dyLine, 1);
        if (!isSourceMade)
            prefetchRow(pr.x, x + plane * pr.x.planeStride() + (h + rows.kernel) * pr.x.rowStride(),
                        rows.stride);
    }
    for (int64_t v = 0; v < vectorsOfPixel; ++v) {
        const int64_t lane = v * lanesOfVector;
        const Row row = {.dy = dyLine + lane,
                         .x = x + plane * pr.x.planeStride() + pr.x.origin() +
                              h * pr.x.rowStride() - columns.before * blockWidth + lane,
                         .pixels = pr.y.w,
                         .xStep = columns.stride * blockWidth,
                         .xTapRow = rows.dilation * pr.x.rowStride(),
                         .xTapColumn = columns.dilation * blockWidth,
                         .sums = sums + taps.begin * columns.kernel * blockWidth + lane,
                         .sumsRow = columns.kernel * blockWidth,
                         .group = group};
        addColumns(row, taps.end - taps.begin, columns.kernel);
    }
}

void runWeights(const void* problem, void* const* operands, Workspace workspace, int phase,
                int64_t part) {
    const auto& plan = *static_cast<const DepthwiseWeightsPlan*>(problem);
    float* const sums = static_cast<float*>(workspace.shared);
    if (phase == 1)
        return reduceDepthwiseWeights(plan, sums, static_cast<float*>(operands[2]), part);
    const int64_t block = part % plan.blocks(), rowGroup = part / plan.blocks();
    float* const mine = sums + part * plan.blockFloats();
    for (int64_t i = 0; i < plan.blockFloats(); ++i) mine[i] = 0;
    const float* const dy = static_cast<const float*>(operands[0]);
    const float* const x = static_cast<const float*>(operands[1]);
    const int64_t first = plan.rowBegin(rowGroup), last = plan.rowBegin(rowGroup + 1);
    const Upcoming& announced = Upcoming::ofThread();
    Aheads upcoming((last - first) * plan.group());
    upcoming.add(announced.lines());
    for (int64_t source = 0; source < plan.group(); ++source) {
        const GroupLanes lanes(plan.group(), source);
        float* const to = mine + source * plan.problem.window.taps() * blockWidth;
        for (int64_t line = first; line < last; ++line) {
            upcoming.ask();
            addResultRow(plan, dy, x, line, block, to, plan.group() > 1 ? &lanes : nullptr,
                         announced.isSourceMade());
        }
    }
}

}  // namespace

Kernel::Run depthwiseWeights() { return runWeights; }

}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels {
namespace cpu {
namespace {
HWY_EXPORT(depthwiseWeights);
Kernel::Run chosen() { return HWY_DYNAMIC_DISPATCH(depthwiseWeights)(); }
}  // namespace
}  // namespace cpu
Kernel::Run depthwiseWeightsRun() { return cpu::chosen(); }
}  // namespace vitrine::kernels
#endif
