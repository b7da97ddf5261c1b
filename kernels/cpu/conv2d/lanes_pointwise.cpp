// SPDX-License-Identifier: Apache-2.0
// Some pixels of all channels are copied side by side, and all filters read them from there: of
// 32 × 32 pixels and 96 channels a tile would find each of its 384 lines in the same four sets of
// the first-level cache, and fetch it from the third level for every six filters (120 of 240
// GFLOP/s on Zen 5).
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/lanes_pointwise.cpp"
#include <hwy/foreach_target.h>
//

#include "kernels/cpu/conv2d/lanes_pointwise.h"
#include "kernels/cpu/conv2d/lanes_sums-inl.h"

#ifndef VITRINE_KERNELS_CPU_CONV2D_LANES_POINTWISE_ONCE
#define VITRINE_KERNELS_CPU_CONV2D_LANES_POINTWISE_ONCE
namespace vitrine::kernels::lanes_pointwise {

/// Pixels that are copied together, and lines from channel to channel of the copy: four at a time
/// go evenly over all sets.
inline constexpr int64_t blockPixels = 16, copiedLine = (blockPixels + 4) * blockWidth;

}  // namespace vitrine::kernels::lanes_pointwise
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::lanes_pointwise::HWY_NAMESPACE {
namespace {

namespace sums = lanes_gather::HWY_NAMESPACE;
namespace hn = hwy::HWY_NAMESPACE;
using sums::d;
using sums::V;

/// A tile of filters over pixels that are copied.
struct Block {
    const float* source;   ///< the copy
    const float* filters;  ///< [channel][filter]
    const float* bias;     ///< of the tile's first filter; may be null
    const float* gate;     ///< like `result`; may be null
    float* result;         ///< the first pixel of the tile's first plane
    int64_t channels, plane;
    bool relu;
};

template <int F, int P>
HWY_INLINE void finish(const V (&of)[F][P], const Block& block, int64_t at) {
#pragma GCC unroll 8
    for (int f = 0; f < F; ++f)
#pragma GCC unroll 8
        for (int p = 0; p < P; ++p) {
            V sum = of[f][p];
            const int64_t offset = f * block.plane + at + p * blockWidth;
            if (block.relu) sum = hn::IfThenZeroElse(hn::Lt(sum, hn::Zero(d)), sum);
            if (block.gate)
                sum =
                    hn::IfThenElseZero(hn::Gt(hn::LoadU(d, block.gate + offset), hn::Zero(d)), sum);
            hn::StoreU(sum, d, block.result + offset);
        }
}

template <int F, int P>
HWY_NOINLINE void computeTile(const Block& block, int64_t at) {
    V of[F][P];
#pragma GCC unroll 8
    for (int f = 0; f < F; ++f)
#pragma GCC unroll 8
        for (int p = 0; p < P; ++p) of[f][p] = block.bias ? hn::Set(d, block.bias[f]) : hn::Zero(d);
    const float* HWY_RESTRICT x = block.source + at;
    const float* HWY_RESTRICT w = block.filters;
    for (int64_t c = 0; c < block.channels; ++c, x += copiedLine, w += F) {
        V in[P];
#pragma GCC unroll 8
        for (int p = 0; p < P; ++p) in[p] = hn::LoadU(d, x + p * blockWidth);
#pragma GCC unroll 8
        for (int f = 0; f < F; ++f) {
            const V weight = hn::Set(d, w[f]);
#pragma GCC unroll 8
            for (int p = 0; p < P; ++p) of[f][p] = hn::MulAdd(weight, in[p], of[f][p]);
        }
    }
    finish<F, P>(of, block, at);
}

/// Pixels from j on, narrower tiles at the end.
template <int F, int P>
HWY_INLINE void computePixels(const Block& block, int64_t j, int64_t count) {
    for (; j + P <= count; j += P)
        for (int64_t slice = 0; slice < blockWidth; slice += sums::lanes)
            computeTile<F, P>(block, j * blockWidth + slice);
    if constexpr (P > 1) computePixels<F, P / 2>(block, j, count);
}

void copyPixels(const float* HWY_RESTRICT from, const Image& image, int64_t channels,
                int64_t pixels, float* HWY_RESTRICT to) {
    for (int64_t c = 0; c < channels; ++c, from += image.planeStride(), to += copiedLine)
        for (int64_t i = 0; i < pixels * blockWidth; i += sums::lanes)
            hn::Store(hn::LoadU(d, from + i), d, to + i);
}

void run(const void* problem, void* const* operands, Workspace workspace, int, int64_t index) {
    const auto& plan = *static_cast<const LanesPointwisePlan*>(problem);
    const Conv2dGather& g = plan.gather;
    const GatherOperands data = gatherOperands(g, operands);
    const int64_t strip = index % plan.strips, laneGroup = index / plan.strips;
    auto* const copy = static_cast<float*>(workspace.own);
    const int64_t last = plan.rowBegin(strip + 1) * g.result.w;
    for (int64_t first = plan.rowBegin(strip) * g.result.w; first < last; first += blockPixels) {
        const int64_t pixels = HWY_MIN(blockPixels, last - first), at = first * blockWidth;
        const int64_t from = laneGroup * g.source.c * g.source.planeStride() + at;
        copyPixels(data.source + from, g.source, g.sourceChannels, pixels, copy);
        for (int64_t tile = 0; tile < plan.packing.bands(); ++tile) {
            const int64_t filter = plan.packing.bandBegin(tile);
            const int64_t to = (laneGroup * g.result.c + filter) * g.result.planeStride() + at;
            const Block block{.source = copy,
                              .filters = data.packed + plan.packing.bandOffset(0, tile),
                              .bias = data.bias ? data.bias + filter : nullptr,
                              .gate = data.gate ? data.gate + to : nullptr,
                              .result = data.result + to,
                              .channels = g.sourceChannels,
                              .plane = g.result.planeStride(),
                              .relu = g.epilogue == Epilogue::Relu};
            sums::withFilters<static_cast<int>(lanesMaxFilters)>(
                plan.packing.bandBegin(tile + 1) - filter, [&](auto count) HWY_ATTR {
                    computePixels<count(), sums::tilePixels(count())>(block, 0, pixels);
                });
        }
    }
}

Kernel::Run pointwiseRun() { return run; }

}  // namespace
}  // namespace vitrine::kernels::lanes_pointwise::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels {
namespace lanes_pointwise {

HWY_EXPORT(pointwiseRun);

namespace {

/// Enough for eight threads to share evenly.
constexpr int64_t wantedParts = 16;
/// Bytes between two lines of one set of the first-level cache, and lines that a set holds.
constexpr int64_t setBytes = 4096, setLines = 12;

bool isOnePixel(const Conv2dAxis& axis) {
    return axis.taps == 1 && axis.scale == 1 && axis.step == 1 && axis.offset == 0;
}

ResultShare share(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const LanesPointwisePlan*>(problem);
    const Image& result = plan.gather.result;
    const int64_t strip = part % plan.strips;
    return {.first = part / plan.strips * result.c,
            .count = result.c,
            .firstRow = plan.rowBegin(strip),
            .endRow = plan.rowBegin(strip + 1)};
}

}  // namespace
}  // namespace lanes_pointwise

bool takesLanesPointwise(const Conv2dGather& g) {
    using namespace lanes_pointwise;
    constexpr int64_t longestSum = 128;  // what lanes sum in one go
    if (g.r * g.s != 1 || g.groups != 1 || g.rowClasses.size() * g.columnClasses.size() != 1)
        return false;
    if (!isOnePixel(g.rowClasses[0]) || !isOnePixel(g.columnClasses[0])) return false;
    const bool crowds = g.source.planeStride() * int64_t{sizeof(float)} % setBytes == 0;
    return crowds && g.source.halo == 0 && g.result.halo == 0 && g.source.h == g.result.h &&
           g.source.w == g.result.w && g.sourceChannels > setLines &&
           g.sourceChannels <= longestSum && g.result.laneGroups() * g.result.h >= wantedParts;
}

Kernel makeLanesPointwise(Conv2dGather gather, const Packing& packing) {
    using namespace lanes_pointwise;
    auto plan = std::make_shared<LanesPointwisePlan>();
    plan->gather = std::move(gather);
    plan->packing = packing;
    const int64_t groups = plan->gather.result.laneGroups();
    plan->strips = (wantedParts + groups - 1) / groups;
    Kernel kernel;
    kernel.parts[0] = groups * plan->strips;
    kernel.scratchBytes =
        plan->gather.sourceChannels * copiedLine * static_cast<int64_t>(sizeof(float));
    kernel.run = HWY_DYNAMIC_DISPATCH(pointwiseRun)();
    kernel.share = share;
    kernel.problem = std::move(plan);
    return kernel;
}

}  // namespace vitrine::kernels
#endif
