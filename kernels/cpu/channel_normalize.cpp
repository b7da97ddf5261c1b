// SPDX-License-Identifier: Apache-2.0
// y = (x − center) · scale + shift for each channel, in planes of 16 lanes.
#include "kernels/cpu/channel.h"
#include "kernels/cpu/channel_plan.h"
#include "kernels/cpu/halo.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/channel_normalize.cpp"
#include <hwy/foreach_target.h>
//
#include "kernels/cpu/vector16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// One value for each lane of a slot's planes.
struct PerLane {
    HWY_ALIGN float values[blockWidth];

    PerLane(const ChannelPlan& plan, const void* ofChannels, int64_t slot) {
        const auto* from = static_cast<const float*>(ofChannels);
        const int64_t channels = plan.lanes() ? 1 : plan.lanesAt(slot, 0);
        for (int64_t lane = 0; lane < blockWidth; ++lane)
            values[lane] = plan.lanes()      ? from[slot]
                           : lane < channels ? from[slot * blockWidth + lane]
                                             : 0.0F;
    }
};

template <bool withRelu>
void runRow(const float* x, const PixelNumbers& of, float* y, int64_t count) {
    for (int64_t lane = 0; lane < blockWidth; lane += lanesOfVector) {
        const FloatVector center = hn::LoadU(Floats(), of.center + lane),
                          scale = hn::LoadU(Floats(), of.scale + lane),
                          shift = hn::LoadU(Floats(), of.shift + lane);
        for (int64_t i = lane; i < count; i += blockWidth) {
            const FloatVector value = hn::MulAdd(hn::Sub(load(x + i), center), scale, shift);
            store(withRelu ? relu(value) : value, y + i);
        }
    }
}

template <bool withRelu>
void normalizePlane(const ChannelProblem& problem, const float* x, const PixelNumbers& of,
                    float* y) {
    for (int64_t h = 0; h < problem.x.h; ++h)
        runRow<withRelu>(x + problem.x.origin() + h * problem.x.rowStride(), of,
                         y + problem.y.origin() + h * problem.y.rowStride(),
                         problem.x.w * blockWidth);
    zeroHalo(problem.y, y);
}

template <bool withRelu>
void runNormalize(const void* bound, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const ChannelPlan*>(bound);
    const ChannelProblem& problem = plan.problem;
    const int64_t range = part / plan.steps.parts;
    const int64_t chunk = part % plan.steps.parts;
    for (int64_t slot = plan.slotRanges.begin(range); slot < plan.slotRanges.end(range); ++slot) {
        const PerLane center(plan, operands[1], slot);
        const PerLane scale(plan, operands[2], slot);
        const PerLane shift(plan, operands[3], slot);
        for (int64_t step = plan.steps.begin(chunk); step < plan.steps.end(chunk); ++step) {
            const int64_t plane = step * plan.slots + slot;
            normalizePlane<withRelu>(
                problem, static_cast<const float*>(operands[0]) + plane * problem.x.planeStride(),
                {center.values, scale.values, shift.values},
                static_cast<float*>(operands[4]) + plane * problem.y.planeStride());
        }
    }
}

Kernel::Run chooseChannelNormalize(Epilogue epilogue) {
    return epilogue == Epilogue::Relu ? runNormalize<true> : runNormalize<false>;
}

NormalizeRow chooseNormalizeRow(bool thenRelu) { return thenRelu ? runRow<true> : runRow<false>; }

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseChannelNormalize);
HWY_EXPORT(chooseNormalizeRow);

NormalizeRow normalizeRow(bool thenRelu) {
    return HWY_DYNAMIC_DISPATCH(chooseNormalizeRow)(thenRelu);
}

Kernel channelNormalize(const ChannelProblem& problem) {
    return bindChannelMap("channel.normalize", problem,
                          HWY_DYNAMIC_DISPATCH(chooseChannelNormalize)(problem.epilogue));
}

}  // namespace vitrine::kernels::cpu
#endif
