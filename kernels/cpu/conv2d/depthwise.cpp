// SPDX-License-Identifier: Apache-2.0
// Plans of depthwise convolution, and what it would take. What is chosen here follows from the
// shape and the instruction set alone.
#include "kernels/cpu/conv2d/depthwise.h"

#include <algorithm>

#include "kernels/cpu/conv2d/candidates.h"
#include "kernels/dispatch/machine.h"

namespace vitrine::kernels {

namespace {

/// Enough for eight threads to share evenly.
constexpr int64_t wantedParts = 16;

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

std::string refusal(const Conv2dProblem& pr, ConvPass pass) {
    if (const std::string_view why = whyNotDepthwise(pr); !why.empty())
        return "blocked depthwise: " + std::string(why);
    const bool isData = pass == ConvPass::Data;
    const int64_t wanted = isData ? conv2dDataHalo(pr) : conv2dForwardHalo(pr);
    const int64_t found = isData ? pr.y.halo : pr.x.halo;
    if (found >= wanted) return {};
    return std::string("blocked depthwise: ") + (isData ? "dy" : "x") + " needs a halo of " +
           std::to_string(wanted) + ", has " + std::to_string(found);
}

/// [block of filters][tap][16 filters], for both passes: a result has one source.
Packing packing(const Conv2dProblem& pr, ConvPass) {
    return {.block = blockWidth, .widest = blockWidth, .filters = pr.y.c, .taps = pr.window.taps()};
}

ResultShare gatherShare(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const DepthwiseGatherPlan*>(problem);
    const int64_t share = part / plan.strips, strip = part % plan.strips;
    const int64_t first = plan.planeBegin(share);
    return {.first = first,
            .count = plan.planeBegin(share + 1) - first,
            .firstRow = plan.rowBegin(strip),
            .endRow = plan.rowBegin(strip + 1)};
}

/// Planes together as long as a part's results stay in the second-level cache, for what is done to
/// them next, and parts are enough; strips of rows where planes are few.
void split(DepthwiseGatherPlan& plan) {
    constexpr int64_t partBytes = 128 * 1024;
    const Image& result = plan.gather.result;
    const int64_t planeBytes = result.planeStride() * int64_t{sizeof(float)};
    const int64_t together =
        std::clamp<int64_t>(partBytes / planeBytes, 1, divideUp(plan.planes, wantedParts));
    plan.shares = divideUp(plan.planes, together);
    plan.strips = std::clamp<int64_t>(divideUp(wantedParts, plan.shares), 1, result.h);
}

Kernel makeGather(const Conv2dProblem& pr, ConvPass pass) {
    auto plan = std::make_shared<DepthwiseGatherPlan>();
    plan->gather = pass == ConvPass::Forward ? gatherForward(pr) : gatherData(pr);
    plan->planes = pr.y.n * pr.y.channelBlocks();
    split(*plan);
    Kernel kernel;
    kernel.parts[0] = plan->shares * plan->strips;
    kernel.run = depthwiseGatherRun();
    kernel.share = gatherShare;
    kernel.problem = std::move(plan);
    return kernel;
}

/// A group of few rows would spend its time on adding up.
int64_t rowGroupsOf(const Conv2dProblem& pr) {
    constexpr int64_t fewRows = 8;
    return std::clamp<int64_t>(pr.y.n * pr.y.h / fewRows, 1,
                               divideUp(wantedParts, pr.y.channelBlocks()));
}

Kernel makeWeights(const Conv2dProblem& pr) {
    auto plan = std::make_shared<DepthwiseWeightsPlan>();
    plan->problem = pr;
    plan->rowGroups = rowGroupsOf(pr);
    plan->rowTaps = gatherForward(pr).rowTaps;
    Kernel kernel;
    kernel.phases = 2;
    kernel.parts = {plan->rowGroups * plan->blocks(), plan->blocks(), 1};
    kernel.workspaceBytes =
        plan->rowGroups * plan->blocks() * plan->blockFloats() * int64_t{sizeof(float)};
    kernel.run = depthwiseWeightsRun();
    kernel.problem = std::move(plan);
    return kernel;
}

Kernel make(const Conv2dProblem& pr, ConvPass pass) {
    Kernel kernel = pass == ConvPass::Weights ? makeWeights(pr) : makeGather(pr, pass);
    kernel.name = conv2dKernelName(pass, conv2dBlockedDepthwise.name);
    return kernel;
}

}  // namespace

const Conv2dCandidate conv2dBlockedDepthwise = {
    "blocked depthwise", Layout::Blocked, Algorithm::Direct, refusal, packing, make};

std::string_view whyNotDepthwise(const Conv2dProblem& pr) {
    if (pr.x.dtype != DType::F32) return "float32 only";
    if (!pr.window.isFlat()) return "images of one slice only";
    if (pr.groups != pr.x.c || pr.groups != pr.y.c) return "wants groups of one channel and filter";
    return {};
}

double depthwiseSeconds(const Conv2dProblem& pr) {
    constexpr double bytesPerSecond = 20e9, flopsPerLane = 12e9;
    const double bytes = static_cast<double>(pr.x.storageElements() + pr.y.storageElements()) *
                         static_cast<double>(sizeof(float));
    const double flops =
        2.0 * static_cast<double>(pr.y.elements()) * static_cast<double>(pr.window.taps());
    return std::max(bytes / bytesPerSecond, flops / (flopsPerLane * instructionSet().floatLanes));
}

const TapRange* rowTaps(const DepthwiseWeightsPlan& plan) { return plan.rowTaps.data(); }

void reduceDepthwiseWeights(const DepthwiseWeightsPlan& plan, const float* sums, float* dw,
                            int64_t block) {
    const int64_t taps = plan.problem.window.taps(), first = block * blockWidth;
    const int64_t real = std::min(blockWidth, plan.problem.y.c - first);
    const int64_t nextGroup = plan.blocks() * plan.blockFloats();
    for (int64_t tap = 0; tap < taps; ++tap) {
        const float* const from = sums + block * plan.blockFloats() + tap * blockWidth;
        float total[blockWidth];
        std::copy_n(from, blockWidth, total);
        for (int64_t i = 1; i < plan.rowGroups; ++i)
            for (int64_t c = 0; c < blockWidth; ++c) total[c] += from[i * nextGroup + c];
        for (int64_t c = 0; c < real; ++c) dw[(first + c) * taps + tap] = total[c];
    }
}

}  // namespace vitrine::kernels
