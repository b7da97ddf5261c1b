// SPDX-License-Identifier: Apache-2.0
// Forward and data of depthwise convolution: a tile of neighbouring pixels in registers, and for
// each tap one line of the filter that all of them share. A source line comes from L1 once for each
// tap that meets it, as an operand of the multiply-add, which costs nothing more.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/depthwise_gather.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d/depthwise.h"
#include "kernels/cpu/conv2d/halo.h"
#include "kernels/cpu/vector16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// Pixels whose sums stay in registers beside a line of the filter and one of the source.
constexpr int64_t tilePixels = HWY_TARGET == HWY_AVX3 ? 16 : 12;

/// One vector of the channels of a row of results.
struct Row {
    const float* source;  ///< source pixel of the first result, without tap
    int64_t sourceStep;
    const GatherTap* taps;
    int64_t tapCount;
    const float* filters;
    const float* bias;  ///< may be null
    const float* gate;  ///< may be null
    bool relu;
    float* result;
    int64_t resultStep;
};

HWY_INLINE FloatVector finished(FloatVector sum, const Row& row, int64_t at) {
    if (row.relu) sum = relu(sum);
    return row.gate ? reluGate(sum, load(row.gate + at)) : sum;
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
    for (int64_t t = 0; t < row.tapCount; ++t) {
        const float* HWY_RESTRICT x = source + row.taps[t].source;
        const FloatVector weight = load(row.filters + row.taps[t].filter * blockWidth);
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p) sums[p] = hn::MulAdd(load(x + p * step), weight, sums[p]);
    }
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) {
        const int64_t at = (j + p) * row.resultStep;
        store(finished(sums[p], row, at), row.result + at);
    }
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
            row.result = plane.result + at;
            row.resultStep = axis.step * blockWidth;
            row.gate = plane.gate ? plane.gate + at : nullptr;
            computeRowOf(row, axis.count);
        }
    }
}

/// The block's bias: zero for channels that are not there.
void fillBias(const Conv2dGather& g, const float* bias, int64_t first, float* line) {
    for (int64_t k = 0; k < blockWidth; ++k) line[k] = first + k < g.result.c ? bias[first + k] : 0;
}

void computePlane(const DepthwiseGatherPlan& plan, const GatherOperands& data, int64_t plane,
                  int64_t begin, int64_t end) {
    const Conv2dGather& g = plan.gather;
    const int64_t block = plane % g.result.channelBlocks();
    float* const result = data.result + plane * g.result.planeStride();
    const int64_t to = plane * g.result.planeStride() + g.result.origin();
    HWY_ALIGN float bias[blockWidth];
    if (data.bias) fillBias(g, data.bias, block * blockWidth, bias);
    zeroHaloOfRows(g.result, result, begin, end);
    for (int64_t v = 0; v < vectorsOfPixel; ++v) {
        const int64_t lane = v * lanesOfVector;
        Row row{};
        row.source = data.source + plane * g.source.planeStride() + g.source.origin() + lane;
        row.filters = data.packed + block * g.r * g.s * blockWidth + lane;
        row.bias = data.bias ? bias + lane : nullptr;
        row.gate = data.gate ? data.gate + to + lane : nullptr;
        row.relu = g.epilogue == Epilogue::Relu;
        row.result = data.result + to + lane;
        computeRows(g, gatherTables(g), row, begin, end);
    }
}

void runGather(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const DepthwiseGatherPlan*>(problem);
    const GatherOperands data = gatherOperands(plan.gather, operands);
    const int64_t share = part / plan.strips, strip = part % plan.strips;
    for (int64_t plane = plan.planeBegin(share); plane < plan.planeBegin(share + 1); ++plane)
        computePlane(plan, data, plane, plan.rowBegin(strip), plan.rowBegin(strip + 1));
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
