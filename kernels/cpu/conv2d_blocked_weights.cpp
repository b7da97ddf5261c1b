// SPDX-License-Identifier: Apache-2.0
// Weights with 16 channels in a line: source channels × column taps × result channels stay in
// registers while the pixels of a strip stream by. Every strip starts from zero, which shortens the
// sums: it is added to what the strips before it gave.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d_blocked_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d_blocked.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::blocked_weights::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, blockWidth>;
using Vec = hn::VFromD<D>;
constexpr D d{};
constexpr int lanes = static_cast<int>(hn::MaxLanes(D()));
constexpr int blockVectors = blockWidth / lanes;

/// Column taps in a tile, and source channels for so many taps of V vectors.
constexpr int maxTaps = 3;
constexpr int tileChannels(int taps, int V) {
    const int registers = HWY_TARGET == HWY_AVX3 ? 24 : 12;
    const int channels = registers / (taps * V);
    return channels < 1 ? 1 : channels > 8 ? 8 : channels;
}

/// Lines of dy and x that one tile reads, and where its sums go.
struct Strip {
    const float* dy;
    const float* x;  ///< source pixel of the first result pixel and the tile's first tap, channel
    int64_t rows, columns;
    int64_t dyRow, dyPlane;
    int64_t xRow, xStep, xTap;
    float* sums;
    int64_t sumsTap;  ///< floats between taps
};

template <int C, int T, int V>
HWY_NOINLINE void addStrip(const Strip& strip) {
    constexpr int64_t line = V * lanes;
    Vec sums[C][T][V];
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c)
#pragma GCC unroll 4
        for (int t = 0; t < T; ++t)
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) sums[c][t][v] = hn::Zero(d);
    for (int64_t row = 0; row < strip.rows; ++row) {
        const float* HWY_RESTRICT dy = strip.dy + row * strip.dyRow;
        const float* HWY_RESTRICT x = strip.x + row * strip.xRow;
        for (int64_t q = 0; q < strip.columns; ++q, dy += blockWidth, x += strip.xStep) {
            Vec up[V];
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v)
                up[v] =
                    hn::LoadU(d, dy + v / blockVectors * strip.dyPlane + v % blockVectors * lanes);
#pragma GCC unroll 4
            for (int t = 0; t < T; ++t)
#pragma GCC unroll 8
                for (int c = 0; c < C; ++c) {
                    const Vec value = hn::Set(d, x[t * strip.xTap + c]);
#pragma GCC unroll 4
                    for (int v = 0; v < V; ++v)
                        sums[c][t][v] = hn::MulAdd(value, up[v], sums[c][t][v]);
                }
        }
    }
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c)
#pragma GCC unroll 4
        for (int t = 0; t < T; ++t)
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) {
                float* const to = strip.sums + t * strip.sumsTap + c * line + v * lanes;
                hn::StoreU(hn::Add(hn::LoadU(d, to), sums[c][t][v]), d, to);
            }
}

/// Calls addStrip<channels, T, V>.
template <int C, int T, int V>
HWY_INLINE void addStripOf(int64_t channels, const Strip& strip) {
    if constexpr (C > 0) {
        if (channels == C) return addStrip<C, T, V>(strip);
        addStripOf<C - 1, T, V>(channels, strip);
    }
}

/// All channels of the block, in tiles that differ by one channel at most.
template <int T, int V>
void addChannels(const Strip& taps, int64_t channels) {
    constexpr int C = tileChannels(T, V);
    const int64_t tiles = (channels + C - 1) / C;
    for (int64_t tile = 0; tile < tiles; ++tile) {
        const int64_t c = channels * tile / tiles;
        Strip strip = taps;
        strip.x += c;
        strip.sums += c * V * lanes;
        addStripOf<C, T, V>(channels * (tile + 1) / tiles - c, strip);
    }
}

/// All column taps of a filter row.
template <int V>
void addTaps(const Strip& row, int64_t taps, int64_t channels) {
    const int64_t tiles = (taps + maxTaps - 1) / maxTaps;
    for (int64_t tile = 0; tile < tiles; ++tile) {
        const int64_t t = taps * tile / tiles;
        Strip strip = row;
        strip.x += t * strip.xTap;
        strip.sums += t * strip.sumsTap;
        switch (taps * (tile + 1) / tiles - t) {
            case 1:
                addChannels<1, V>(strip, channels);
                break;
            case 2:
                addChannels<2, V>(strip, channels);
                break;
            default:
                addChannels<3, V>(strip, channels);
        }
    }
}

void addTapsOf(int64_t width, const Strip& row, int64_t taps, int64_t channels) {
    if (width == 1) return addTaps<blockVectors>(row, taps, channels);
    if constexpr (blockVectors == 1) addTaps<2>(row, taps, channels);
}

/// Sums of one band and source block over the images of one group.
struct Part {
    const BlockedWeightsPlan* plan;
    const TapRange* rows;
    int64_t width, channels;
    float* sums;
};

void addImage(const Part& part, const float* dy, const float* x) {
    const Conv2dProblem& pr = part.plan->problem;
    const int64_t line = part.width * blockWidth;
    for (int64_t begin = 0; begin < pr.y.h; begin += part.plan->stripRows)
        for (int64_t r = 0; r < pr.r; ++r) {
            const int64_t first = HWY_MAX(begin, part.rows[r].begin);
            const int64_t last = HWY_MIN(begin + part.plan->stripRows, part.rows[r].end);
            if (first >= last) continue;
            const int64_t h = first * pr.strideH + r * pr.dilationH - pr.padH;
            const Strip strip = {.dy = dy + first * pr.y.rowStride(),
                                 .x = x + h * pr.x.rowStride() - pr.padW * blockWidth,
                                 .rows = last - first,
                                 .columns = pr.y.w,
                                 .dyRow = pr.y.rowStride(),
                                 .dyPlane = pr.y.planeStride(),
                                 .xRow = pr.strideH * pr.x.rowStride(),
                                 .xStep = pr.strideW * blockWidth,
                                 .xTap = pr.dilationW * blockWidth,
                                 .sums = part.sums + r * pr.s * blockWidth * line,
                                 .sumsTap = blockWidth * line};
            addTapsOf(part.width, strip, pr.s, part.channels);
        }
}

void runWeights(const void* problem, void* const* operands, void* workspace, int phase,
                int64_t index) {
    const auto& plan = *static_cast<const BlockedWeightsPlan*>(problem);
    const Conv2dProblem& pr = plan.problem;
    float* const sums = static_cast<float*>(workspace);
    if (phase == 1)
        return reduceBlockedWeights(plan, sums, static_cast<float*>(operands[2]), index);

    const int64_t pair = index % plan.pairs(), imageGroup = index / plan.pairs();
    const int64_t block = pair % plan.sourceBlocks, band = pair / plan.sourceBlocks % plan.bands;
    const int64_t group = pair / plan.sourceBlocks / plan.bands;
    const Part part = {.plan = &plan,
                       .rows = rowResults(plan),
                       .width = plan.bandWidth(band),
                       .channels = block + 1 < plan.sourceBlocks ? blockWidth : plan.lastChannels,
                       .sums = sums + index * plan.partFloats()};
    for (int64_t i = 0; i < plan.partFloats(); ++i) part.sums[i] = 0;
    const float* const dy = static_cast<const float*>(operands[0]) + pr.y.origin() +
                            (group * plan.filterBlocks + band * plan.width) * pr.y.planeStride();
    const float* const x = static_cast<const float*>(operands[1]) + pr.x.origin() +
                           (group * plan.sourceBlocks + block) * pr.x.planeStride();
    for (int64_t n = plan.imageBegin(imageGroup); n < plan.imageBegin(imageGroup + 1); ++n)
        addImage(part, dy + n * pr.y.channelBlocks() * pr.y.planeStride(),
                 x + n * pr.x.channelBlocks() * pr.x.planeStride());
}

Kernel::Run weightsRun() { return runWeights; }

}  // namespace vitrine::kernels::blocked_weights::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels {
namespace blocked_weights {
HWY_EXPORT(weightsRun);
}
Kernel::Run blockedWeightsRun() { return HWY_DYNAMIC_DISPATCH(blocked_weights::weightsRun)(); }
}  // namespace vitrine::kernels
#endif
