// SPDX-License-Identifier: Apache-2.0
// Parts and workspace of the per-channel kernels.
#include "kernels/cpu/channel_plan.h"

#include "kernels/cpu/plane_kernel.h"

namespace vitrine::kernels::cpu {
namespace {

constexpr int64_t grainElements = 16 * 1024;

ChannelPlan makePlan(const ChannelProblem& problem) {
    ChannelPlan plan;
    plan.problem = problem;
    plan.slots = plan.lanes() ? problem.x.c : problem.x.channelBlocks();
    plan.depth = plan.lanes() ? problem.x.laneGroups() : problem.x.n;
    const int64_t planeWork = problem.x.planeStride();
    plan.slotRanges = cut(plan.slots, plan.depth * planeWork, grainElements);
    const int64_t slotsOfRange = (plan.slots + plan.slotRanges.parts - 1) / plan.slotRanges.parts;
    plan.steps = cut(plan.depth, slotsOfRange * planeWork, grainElements);
    return plan;
}

/// One phase over parts of planes.
Kernel bindPlanes(std::string_view family, const ChannelProblem& problem, const Operand& second,
                  Kernel::Run run) {
    const std::string reason = whyNoPlanes(problem.x, second);
    if (!reason.empty()) return refuse(reason);
    const ChannelPlan plan = makePlan(problem);
    Kernel kernel = bindKernel(planeKernelName(family, problem.x.layout, "planes"), plan, run);
    kernel.parts[0] = plan.slotRanges.parts * plan.steps.parts;
    return kernel;
}

}  // namespace

Kernel bindChannelMap(std::string_view family, const ChannelProblem& problem, Kernel::Run run) {
    Kernel kernel = bindPlanes(family, problem, problem.y, run);
    kernel.share = [](const void* bound, int64_t part) -> ResultShare {
        const auto& plan = *static_cast<const ChannelPlan*>(bound);
        const int64_t range = part / plan.steps.parts, chunk = part % plan.steps.parts;
        const int64_t slot = plan.slotRanges.begin(range), step = plan.steps.begin(chunk);
        return {.first = step * plan.slots + slot,
                .count = plan.slotRanges.end(range) - slot,
                .repeats = plan.steps.end(chunk) - step,
                .stride = plan.slots,
                .firstRow = 0,
                .endRow = plan.problem.y.h};
    };
    return kernel;
}

Kernel bindChannelSums(std::string_view family, const ChannelProblem& problem,
                       const Operand& second, int64_t sums, Kernel::Run run) {
    Kernel kernel = bindPlanes(family, problem, second, run);
    if (!kernel.run) return kernel;
    const auto& plan = *static_cast<const ChannelPlan*>(kernel.problem.get());
    kernel.phases = 2;
    kernel.workspaceBytes =
        plan.partialOffset(plan.slots, 0, sums) * static_cast<int64_t>(sizeof(double));
    return kernel;
}

}  // namespace vitrine::kernels::cpu
