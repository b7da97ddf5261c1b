// SPDX-License-Identifier: Apache-2.0
// Forward and data in lanes: a tile of filters × neighbouring pixels in registers, every vector 16
// images of one pixel. A column tap is added to exactly those pixels of the tile that it reaches,
// so nothing is multiplied with padding and no halo is read; where there is one that has all that
// is asked, its zeros are.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/lanes_gather.cpp"
#include <hwy/foreach_target.h>
//

#include "kernels/cpu/conv2d/halo.h"
#include "kernels/cpu/conv2d/lanes_sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::lanes_gather::HWY_NAMESPACE {
namespace {

/// What becomes of a finished sum.
enum class Ending { Kept, Relu, Gated };

/// Adds what earlier chunks gave (they keep sums short, and so exact), and ends the sums.
template <Ending ending, int F, int P>
HWY_INLINE void finishBy(const V (&sums)[F][P], const Part& part, int64_t at, int64_t step) {
    const int64_t plane = part.plan->gather.result.planeStride();
#pragma GCC unroll 8
    for (int f = 0; f < F; ++f)
#pragma GCC unroll 8
        for (int p = 0; p < P; ++p) {
            V sum = sums[f][p];
            const int64_t offset = f * plane + at + p * step;
            if (!part.first) sum = hn::Add(hn::LoadU(d, part.result + offset), sum);
            if constexpr (ending == Ending::Relu)
                sum = hn::IfThenZeroElse(hn::Lt(sum, hn::Zero(d)), sum);
            if constexpr (ending == Ending::Gated)
                sum =
                    hn::IfThenElseZero(hn::Gt(hn::LoadU(d, part.gate + offset), hn::Zero(d)), sum);
            hn::StoreU(sum, d, part.result + offset);
        }
}

template <int F, int P>
HWY_INLINE void finish(const V (&sums)[F][P], const Part& part, const Row& row, const Spot& spot) {
    const Conv2dGather& g = part.plan->gather;
    const Conv2dAxis& axis = part.tables.columns[spot.columnClass];
    const int64_t step = axis.step * blockWidth;
    const int64_t at =
        row.h * g.result.rowStride() + axis.first * blockWidth + spot.j * step + spot.slice;
    if (part.last && part.gate) return finishBy<Ending::Gated>(sums, part, at, step);
    if (part.last && g.epilogue == Epilogue::Relu)
        return finishBy<Ending::Relu>(sums, part, at, step);
    finishBy<Ending::Kept>(sums, part, at, step);
}

template <int F, int P>
HWY_NOINLINE void computeTile(const Part& part, const Row& row, const Spot& spot) {
    V sums[F][P];
    sumTile<F, P>(sums, part, row, spot);
    finish<F, P>(sums, part, row, spot);
}

/// Results from j on; narrower tiles where fewer than P are left, so that the order in which a
/// result is summed depends on what reaches it alone.
template <int F, int P>
HWY_INLINE void computeColumns(const Part& part, const Row& row, int64_t columnClass, int64_t j) {
    const int64_t count = part.tables.columns[columnClass].count;
    for (; j + P <= count; j += P)
        for (int64_t slice = 0; slice < blockWidth; slice += lanes)
            computeTile<F, P>(part, row, {columnClass, j, slice});
    if constexpr (P > 1) computeColumns<F, P / 2>(part, row, columnClass, j);
}

template <int F>
void computeRows(const Part& part, int64_t begin, int64_t end) {
    for (int64_t h = begin; h < end; ++h) {
        const Row row = rowOf(part, h, F);
        for (int64_t k = 0; k < part.tables.columnClasses; ++k)
            computeColumns<F, tilePixels(F)>(part, row, k, 0);
    }
}

void runGather(const void* problem, void* const* operands, Workspace, int, int64_t index) {
    const auto& plan = *static_cast<const LanesGatherPlan*>(problem);
    const Conv2dGather& g = plan.gather;
    const GatherOperands data = gatherOperands(g, operands);

    const LanesPart at = plan.partAt(index);
    const int64_t channel = at.channel, filters = at.filters, begin = at.begin, end = at.end;
    const int64_t to = (at.laneGroup * g.result.c + channel) * g.result.planeStride();
    const int64_t from =
        (at.laneGroup * g.source.c + at.group * g.sourceChannels) * g.source.planeStride();
    for (int64_t f = 0; f < filters; ++f)
        zeroHaloOfRows(g.result, data.result + to + f * g.result.planeStride(), begin, end);
    const int64_t taps = g.r * g.s, planeStride = g.source.planeStride();
    for (int64_t c = 0; c < g.sourceChannels; c += plan.channelChunk) {
        const int64_t channels = HWY_MIN(plan.channelChunk, g.sourceChannels - c);
        const Part part = {
            .plan = &plan,
            .tables = gatherTables(g),
            .source = data.source + from + g.source.origin() + c * planeStride,
            .packed = data.packed + plan.packing.bandOffset(at.group, at.tile) + c * taps * filters,
            .channels = channels,
            .first = c == 0,
            .last = c + channels == g.sourceChannels,
            .bias = data.bias ? data.bias + channel : nullptr,
            .gate = data.gate ? data.gate + to + g.result.origin() : nullptr,
            .result = data.result + to + g.result.origin()};
        withFilters<static_cast<int>(lanesMaxFilters)>(
            filters, [&](auto count) HWY_ATTR { computeRows<count()>(part, begin, end); });
    }
}

Kernel::Run gatherRun() { return runGather; }

}  // namespace
}  // namespace vitrine::kernels::lanes_gather::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels {
namespace lanes_gather {
HWY_EXPORT(gatherRun);
}
Kernel::Run lanesGatherRun() { return HWY_DYNAMIC_DISPATCH(lanes_gather::gatherRun)(); }
}  // namespace vitrine::kernels
#endif
