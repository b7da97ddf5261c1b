// SPDX-License-Identifier: Apache-2.0
// Sums over channels: moments, plain sums, and sums of products, in double on every lane. Parts
// leave partial sums that a second phase adds up in a fixed order.
#include <algorithm>
#include <type_traits>

#include "kernels/cpu/channel.h"
#include "kernels/cpu/channel_plan.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/channel_sums.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

#include "kernels/cpu/channel_terms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// What the terms of a slot are taken relative to, lane by lane: a number near the mean for
/// moments, the given center for products.
template <class Terms>
void findCenters(const ChannelPlan& plan, void* const* operands, int64_t slot, double* centers) {
    std::fill_n(centers, blockWidth, 0.0);
    const Image& image = plan.problem.x;
    const float* from = nullptr;
    if constexpr (std::is_same_v<Terms, ShiftedMoments>)
        from = static_cast<const float*>(operands[0]) + slot * image.planeStride() + image.origin();
    else if constexpr (std::is_same_v<Terms, CenteredDot>)
        from = static_cast<const float*>(operands[2]) + (plan.lanes() ? slot : slot * blockWidth);
    if (!from) return;
    for (int64_t lane = 0; lane < (plan.lanes() ? blockWidth : plan.lanesAt(slot, 0)); ++lane) {
        const float* const own = from + (plan.lanes() ? 0 : lane);
        centers[lane] = static_cast<double>(
            std::is_same_v<Terms, ShiftedMoments> ? centerOf(own, image.w) : *own);
    }
}

/// Phase 0: one chunk of the planes of a range of slots.
template <class Terms>
void sumPlanes(const ChannelPlan& plan, void* const* operands, double* partials, int64_t part) {
    const ChannelProblem& problem = plan.problem;
    const int64_t range = part / plan.steps.parts;
    const int64_t chunk = part % plan.steps.parts;
    const Image& second = Terms::inputs == 2 ? problem.y : problem.x;
    const auto* x = static_cast<const float*>(operands[0]) + problem.x.origin();
    const auto* y = static_cast<const float*>(operands[Terms::inputs - 1]) + second.origin();
    for (int64_t slot = plan.slotRanges.begin(range); slot < plan.slotRanges.end(range); ++slot) {
        HWY_ALIGN double centers[blockWidth];
        findCenters<Terms>(plan, operands, slot, centers);
        double* totals = partials + plan.partialOffset(slot, chunk, Terms::sums);
        std::fill_n(totals, Terms::sums * blockWidth, 0.0);
        for (int64_t step = plan.steps.begin(chunk); step < plan.steps.end(chunk); ++step) {
            const int64_t index = step * plan.slots + slot;
            addRows<Terms>({x + index * problem.x.planeStride(), y + index * second.planeStride(),
                            problem.x.rowStride(), second.rowStride(), problem.x.h, problem.x.w,
                            plan.lanesAt(slot, step)},
                           centers, totals);
        }
    }
}

/// Writes what the sums of channel c come to.
template <class Terms>
void finishChannel(const ChannelPlan& plan, void* const* operands, int64_t c, const double* sums,
                   double center) {
    if constexpr (std::is_same_v<Terms, ShiftedMoments>) {
        const Image& x = plan.problem.x;
        const auto count = static_cast<double>(x.n * x.h * x.w);
        const double offset = sums[0] / count;
        const double variance = sums[1] / count - offset * offset;
        static_cast<float*>(operands[1])[c] = static_cast<float>(center + offset);
        static_cast<float*>(operands[2])[c] = static_cast<float>(variance < 0 ? 0 : variance);
    } else {
        constexpr int result = Terms::inputs == 2 ? 3 : 1;
        static_cast<float*>(operands[result])[c] = static_cast<float>(sums[0]);
    }
}

/// Phase 1: partial sums in the order of chunks, then of lanes.
template <class Terms>
void reduce(const ChannelPlan& plan, void* const* operands, const double* partials) {
    for (int64_t slot = 0; slot < plan.slots; ++slot) {
        double centers[blockWidth];
        findCenters<Terms>(plan, operands, slot, centers);
        double totals[Terms::sums][blockWidth] = {};
        for (int64_t chunk = 0; chunk < plan.steps.parts; ++chunk) {
            const double* partial = partials + plan.partialOffset(slot, chunk, Terms::sums);
            for (int i = 0; i < Terms::sums; ++i)
                for (int64_t lane = 0; lane < blockWidth; ++lane)
                    totals[i][lane] += partial[i * blockWidth + lane];
        }
        const int64_t channels = plan.lanes() ? 1 : plan.lanesAt(slot, 0);
        const int64_t lanesOfChannel = plan.lanes() ? blockWidth : 1;
        for (int64_t channel = 0; channel < channels; ++channel) {
            double sums[Terms::sums] = {};
            for (int i = 0; i < Terms::sums; ++i)
                for (int64_t lane = 0; lane < lanesOfChannel; ++lane)
                    sums[i] += totals[i][channel + lane];
            finishChannel<Terms>(plan, operands, slot * (plan.lanes() ? 1 : blockWidth) + channel,
                                 sums, centers[channel]);
        }
    }
}

template <class Terms>
void run(const void* bound, void* const* operands, Workspace workspace, int phase, int64_t part) {
    const auto& plan = *static_cast<const ChannelPlan*>(bound);
    auto* partials = static_cast<double*>(workspace.shared);
    if (phase == 0)
        sumPlanes<Terms>(plan, operands, partials, part);
    else
        reduce<Terms>(plan, operands, partials);
}

Kernel::Run chooseChannelMoments() { return run<ShiftedMoments>; }
Kernel::Run chooseChannelSum() { return run<PlainSum>; }
Kernel::Run chooseChannelDot() { return run<CenteredDot>; }

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseChannelMoments);
HWY_EXPORT(chooseChannelSum);
HWY_EXPORT(chooseChannelDot);

Kernel channelMoments(const ChannelProblem& problem) {
    return bindChannelSums("channel.moments", problem, problem.x, 2,
                           HWY_DYNAMIC_DISPATCH(chooseChannelMoments)());
}

Kernel channelSum(const ChannelProblem& problem) {
    return bindChannelSums("channel.sum", problem, problem.x, 1,
                           HWY_DYNAMIC_DISPATCH(chooseChannelSum)());
}

Kernel channelDot(const ChannelProblem& problem) {
    return bindChannelSums("channel.dot", problem, problem.y, 1,
                           HWY_DYNAMIC_DISPATCH(chooseChannelDot)());
}

}  // namespace vitrine::kernels::cpu
#endif
