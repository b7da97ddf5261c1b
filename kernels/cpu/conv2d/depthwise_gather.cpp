// SPDX-License-Identifier: Apache-2.0
// Forward and data of narrow groups: a tile of neighbouring pixels in registers, and for each tap
// and source of a group one line of the filter that all of them share. A source line comes from L1
// once for each tap that meets it, as an operand of the multiply-add, which costs nothing more.
// Between tiles that is asked for which others announce: what the next part is made of, and what
// steps behind this one read. Of MobileNetV2's step that left 0.88 of forward and 0.81 of weights
// (one core of Zen 4 beside others at work).
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/depthwise_gather.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d/depthwise.h"
#include "kernels/cpu/conv2d/group_lanes-inl.h"
#include "kernels/cpu/conv2d/halo.h"
#include "kernels/cpu/finish-inl.h"
#include "kernels/cpu/upcoming.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// Pixels whose sums stay in registers beside a line of the filter and one of the source.
constexpr int64_t tilePixels = HWY_TARGET == HWY_AVX3 ? 16 : 12;

/// Whether a row of a wide filter stays there too; and how many results are worth it.
constexpr bool holdsFilterRows = HWY_TARGET == HWY_AVX3;
constexpr int leastPixels = 4;

/// Floats to the lines that are fetched ahead: 64 pixels, what memory takes to answer.
constexpr int64_t tileAhead = 64 * blockWidth;

/// One vector of the channels of a row of results.
struct Row {
    const float* source;  ///< source pixel of the first result, without tap
    int64_t sourceStep;
    const GatherTap* taps;
    int64_t tapCount;
    int64_t tapsOnEnd;  ///< so many each time meet neighbouring pixels
    const float* filters;
    const GroupLanes* group;  ///< one for each of its sources; null where there is one alone
    int64_t sources;
    const float* bias;  ///< may be null
    const float* gate;  ///< may be null
    Finish finish;
    const FinishLines* channels;  ///< its numbers by channel, at `lane`
    int64_t lane;
    const float* added;  ///< what the finish adds; may be null
    float* result;
    int64_t resultStep;          ///< also of gate and added
    int64_t sourceRow, newRows;  ///< rows of the source that no row before has read
    int64_t ahead;      ///< floats from a pixel to one that is wanted later; 0: sources are near
    bool resultsAhead;  ///< results are far
    Aheads* upcoming;   ///< what comes after the part
};

/// The steps behind the sums of a tile; it lies `at` floats from the row's first result.
template <int P>
HWY_INLINE void finish(FloatVector (&sums)[P], const Row& row, int64_t at) {
    if (row.finish.normalizes()) {
        const Affine affine{load(row.channels->center + row.lane),
                            load(row.channels->scale + row.lane),
                            load(row.channels->shift + row.lane)};
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p) sums[p] = affine(sums[p]);
    }
    if (row.added) {
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p)
            sums[p] = hn::Add(sums[p], load(row.added + at + p * row.resultStep));
    }
    withActivation(row.finish, [&](auto activation) HWY_ATTR {
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p) sums[p] = activation(sums[p]);
    });
    if (row.gate) {
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p)
            sums[p] = reluGate(sums[p], load(row.gate + at + p * row.resultStep));
    }
}

/// Lines that are wanted some tiles later, where they come from far away.
template <int P>
HWY_INLINE void prefetchNext(const Row& row, const float* source, int64_t step, float* result) {
    row.upcoming->ask();
    const float* line = source + row.ahead;
    for (int64_t h = 0; row.ahead != 0 && h < row.newRows; ++h, line += row.sourceRow)
        for (int64_t at = 0; at < P * step; at += blockWidth) __builtin_prefetch(line + at);
    if (!row.resultsAhead) return;
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) __builtin_prefetch(result + tileAhead + p * row.resultStep, 1);
}

template <int P>
HWY_INLINE void addTaps(FloatVector (&sums)[P], const Row& row, const float* source, int64_t step) {
    for (int64_t t = 0; t < row.tapCount; ++t) {
        const float* HWY_RESTRICT x = source + row.taps[t].source;
        const FloatVector weight = load(row.filters + row.taps[t].filter * blockWidth);
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p) sums[p] = hn::MulAdd(load(x + p * step), weight, sums[p]);
    }
}

/// The same where S taps on end meet neighbouring pixels: these stay in registers for all results
/// that they count for, and so do the filter's S lines.
template <int P, int S>
HWY_INLINE void addTapRows(FloatVector (&sums)[P], const Row& row, const float* source) {
    for (int64_t t = 0; t < row.tapCount; t += S) {
        FloatVector weights[S];
#pragma GCC unroll 8
        for (int s = 0; s < S; ++s) {
            weights[s] = load(row.filters + row.taps[t + s].filter * blockWidth);
            keepInRegister(weights[s]);
        }
        const float* HWY_RESTRICT x = source + row.taps[t].source;
#pragma GCC unroll 24
        for (int j = 0; j < P + S - 1; ++j) {
            FloatVector pixel = load(x + j * blockWidth);
            keepInRegister(pixel);
#pragma GCC unroll 8
            for (int s = 0; s < S; ++s)
                if (j - s >= 0 && j - s < P)
                    sums[j - s] = hn::MulAdd(pixel, weights[s], sums[j - s]);
        }
    }
}

/// Chooses between them.
template <int P, int Step>
HWY_INLINE void addOwnTaps(FloatVector (&sums)[P], const Row& row, const float* source,
                           int64_t step) {
    if constexpr (holdsFilterRows && Step == blockWidth && P >= leastPixels) {
        if (row.tapsOnEnd == 7) return addTapRows<P, 7>(sums, row, source);
        if (row.tapsOnEnd == 5) return addTapRows<P, 5>(sums, row, source);
    }
    addTaps<P>(sums, row, source, step);
}

template <int P>
HWY_INLINE void addGroupTaps(FloatVector (&sums)[P], const Row& row, const float* source,
                             int64_t step) {
    for (int64_t of = 0; of < row.sources; ++of) {
        const auto lanes = row.group[of].indices();
        for (int64_t t = 0; t < row.tapCount; ++t) {
            const float* HWY_RESTRICT x = source + row.taps[t].source;
            const FloatVector weight =
                load(row.filters + (row.taps[t].filter * row.sources + of) * blockWidth);
#pragma GCC unroll 16
            for (int p = 0; p < P; ++p)
                sums[p] =
                    hn::MulAdd(hn::TableLookupLanes(load(x + p * step), lanes), weight, sums[p]);
        }
    }
}

/// P pixels from result j on. Step: floats between their source pixels; 0 where only the row knows.
template <int P, int Step>
HWY_NOINLINE void computeTile(const Row& row, int64_t j) {
    const int64_t step = Step == 0 ? row.sourceStep : Step;
    const float* const source = row.source + j * step;
    const FloatVector first = row.bias ? load(row.bias) : hn::Zero(Floats());
    FloatVector sums[P];
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) sums[p] = first;
    const int64_t at = j * row.resultStep;
    float* result = row.result + at;
    prefetchNext<P>(row, source, step, result);
    if (row.group)
        addGroupTaps<P>(sums, row, source, step);
    else
        addOwnTaps<P, Step>(sums, row, source, step);
    finish<P>(sums, row, at);
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) store(sums[p], result + p * row.resultStep);
}

/// Calls computeTile<pixels, Step>.
template <int P, int Step>
HWY_INLINE void computeTileOf(int64_t pixels, const Row& row, int64_t j) {
    if constexpr (P > 0) {
        if (pixels == P) return computeTile<P, Step>(row, j);
        computeTileOf<P - 1, Step>(pixels, row, j);
    }
}

/// In tiles that differ by one pixel at most.
template <int Step>
void computeRow(const Row& row, int64_t count) {
    const int64_t tiles = (count + tilePixels - 1) / tilePixels;
    for (int64_t tile = 0; tile < tiles; ++tile) {
        const int64_t j = count * tile / tiles;
        computeTileOf<tilePixels, Step>(count * (tile + 1) / tiles - j, row, j);
    }
}

void computeRowOf(const Row& row, int64_t count) {
    switch (row.sourceStep) {
        case blockWidth:
            return computeRow<blockWidth>(row, count);
        case 2 * blockWidth:
            return computeRow<2 * blockWidth>(row, count);
        default:
            return computeRow<0>(row, count);
    }
}

/// One vector of channels of a plane's rows; `plane` has its pixel (0, 0) in source, result and
/// gate.
void computeRows(const Conv2dGather& g, const GatherTables& tables, const Row& plane, int64_t begin,
                 int64_t end) {
    Row row = plane;
    for (int64_t h = begin; h < end; ++h) {
        const int64_t rowClass = h % tables.rowClasses;
        const int64_t sourceRow = tables.rows[rowClass].scale * (h / tables.rowClasses);
        const TapRange taps = tables.rowTaps[h];
        row.source = plane.source + sourceRow * g.source.rowStride();
        for (int64_t k = 0; k < tables.columnClasses; ++k) {
            const Conv2dAxis& axis = tables.columns[k];
            const int64_t at = h * g.result.rowStride() + axis.first * blockWidth;
            row.sourceStep = axis.scale * blockWidth;
            row.taps = tables.taps + (rowClass * tables.columnClasses + k) * g.r * g.s +
                       taps.begin * axis.taps;
            row.tapCount = (taps.end - taps.begin) * axis.taps;
            row.tapsOnEnd = axis.offsetStep == 1 ? axis.taps : 1;
            row.result = plane.result + at;
            row.resultStep = axis.step * blockWidth;
            row.gate = plane.gate ? plane.gate + at : nullptr;
            row.added = plane.added ? plane.added + h * g.finish->addedImage.rowStride() +
                                          axis.first * blockWidth
                                    : nullptr;
            computeRowOf(row, axis.count);
        }
    }
}

/// The block's bias: zero for channels that are not there.
void fillBias(const Conv2dGather& g, const float* bias, int64_t first, float* line) {
    for (int64_t k = 0; k < blockWidth; ++k) line[k] = first + k < g.result.c ? bias[first + k] : 0;
}

/// What the planes of a part share.
struct Filters {
    const float* packed;
    float* scratch;
    const GroupLanes* group;  ///< null where it has one channel
    bool isSourceMade;
    Aheads* upcoming;
};

const float* filtersOf(const DepthwiseGatherPlan& plan, const Filters& filters, int64_t block) {
    if (!filters.group) return filters.packed + block * plan.filterFloats();
    spreadFilters(plan, filters.packed, block, filters.scratch);
    return filters.scratch;
}

void computePlane(const DepthwiseGatherPlan& plan, const GatherOperands& data,
                  const Filters& filters, int64_t plane, int64_t begin, int64_t end) {
    const Conv2dGather& g = plan.gather;
    const int64_t block = plane % g.result.channelBlocks();
    float* const result = data.result + plane * g.result.planeStride();
    const int64_t to = plane * g.result.planeStride() + g.result.origin();
    HWY_ALIGN float bias[blockWidth];
    if (data.bias) fillBias(g, data.bias, block * blockWidth, bias);
    FinishLines channels;
    channels.fill(data.finish, block * blockWidth, g.result.c, blockWidth);
    const float* const added = addedPlane(g, data, plane);
    zeroHaloOfRows(g.result, result, begin, end);
    const float* const lines = filtersOf(plan, filters, block);
    for (int64_t v = 0; v < vectorsOfPixel; ++v) {
        const int64_t lane = v * lanesOfVector;
        Row row{};
        row.source = data.source + plane * g.source.planeStride() + g.source.origin() + lane;
        row.filters = lines + lane;
        row.group = filters.group;
        row.sources = plan.group();
        row.bias = data.bias ? bias + lane : nullptr;
        row.gate = data.gate ? data.gate + to + lane : nullptr;
        row.finish = finishOf(g);
        row.channels = &channels;
        row.lane = lane;
        row.added = added ? added + lane : nullptr;
        row.result = data.result + to + lane;
        row.sourceRow = g.source.rowStride();
        row.newRows = HWY_MIN(gatherTables(g).rows[0].scale, g.r);
        row.ahead =
            plan.isFar && !filters.isSourceMade ? (g.r - 1) * g.source.rowStride() + tileAhead : 0;
        row.resultsAhead = plan.isFar;
        row.upcoming = filters.upcoming;
        computeRows(g, gatherTables(g), row, begin, end);
    }
}

/// About so many make a row.
int64_t tilesOfRow(const DepthwiseGatherPlan& plan) {
    int64_t tiles = 0;
    const GatherTables tables = gatherTables(plan.gather);
    for (int64_t k = 0; k < tables.columnClasses; ++k)
        tiles += (tables.columns[k].count + tilePixels - 1) / tilePixels;
    return HWY_MAX(tiles * vectorsOfPixel, 1);
}

void runGather(const void* problem, void* const* operands, Workspace workspace, int, int64_t part) {
    const auto& plan = *static_cast<const DepthwiseGatherPlan*>(problem);
    const GatherOperands data = gatherOperands(plan.gather, operands);
    const int64_t share = part / plan.strips, strip = part % plan.strips, group = plan.group();
    const GroupLanes lanes[widestNarrowGroup] = {{group, 0}, {group, 1}, {group, 2}, {group, 3},
                                                 {group, 4}, {group, 5}, {group, 6}, {group, 7}};
    const int64_t first = plan.planeBegin(share), last = plan.planeBegin(share + 1);
    const int64_t begin = plan.rowBegin(strip), end = plan.rowBegin(strip + 1);
    const cpu::Upcoming& announced = cpu::Upcoming::ofThread();
    Aheads upcoming((last - first) * (end - begin) * tilesOfRow(plan));
    upcoming.add(announced.lines());
    const Filters filters = {.packed = data.packed,
                             .scratch = static_cast<float*>(workspace.own),
                             .group = group > 1 ? lanes : nullptr,
                             .isSourceMade = announced.isSourceMade(),
                             .upcoming = &upcoming};
    for (int64_t plane = first; plane < last; ++plane)
        computePlane(plan, data, filters, plane, begin, end);
}

}  // namespace

Kernel::Run depthwiseGather() { return runGather; }

}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels {
namespace cpu {
namespace {
HWY_EXPORT(depthwiseGather);
Kernel::Run chosen() { return HWY_DYNAMIC_DISPATCH(depthwiseGather)(); }
}  // namespace
}  // namespace cpu
Kernel::Run depthwiseGatherRun() { return cpu::chosen(); }
}  // namespace vitrine::kernels
#endif
