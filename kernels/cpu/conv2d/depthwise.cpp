// SPDX-License-Identifier: Apache-2.0
// Plans of convolution in narrow groups, and what it would take. What is chosen here follows from
// the shape and the instruction set alone.
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

/// Depthwise: [block of filters][tap][16 filters], for both passes, since a result has one source.
/// Else group by group: [source][tap][results].
Packing packing(const Conv2dProblem& pr, ConvPass pass) {
    const int64_t group = pr.x.c / pr.groups;
    if (group == 1)
        return {
            .block = blockWidth, .widest = blockWidth, .filters = pr.y.c, .taps = pr.window.taps()};
    return {.transposed = pass == ConvPass::Data,
            .widest = group,
            .groups = pr.groups,
            .filters = group,
            .channels = group,
            .taps = pr.window.taps()};
}

bool isFar(const Conv2dProblem& pr) {
    constexpr int64_t cachedFloats = 2 * 1024 * 1024;
    return pr.x.storageElements() + pr.y.storageElements() > cachedFloats;
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

/// A plane of the result has one of the source.
ResultShare gatherReads(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const DepthwiseGatherPlan*>(problem);
    ResultShare share = gatherShare(problem, part);
    const TapRange rows = sourceRows(plan.gather, share.firstRow, share.endRow);
    share.firstRow = rows.begin;
    share.endRow = rows.end;
    return share;
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
    plan->packing = *pr.packing;
    plan->planes = pr.y.n * pr.y.channelBlocks();
    plan->isFar = isFar(pr);
    split(*plan);
    Kernel kernel;
    kernel.parts[0] = plan->shares * plan->strips;
    if (plan->group() > 1) kernel.scratchBytes = plan->filterFloats() * int64_t{sizeof(float)};
    kernel.run = depthwiseGatherRun();
    kernel.share = gatherShare;
    kernel.reads = gatherReads;
    kernel.problem = std::move(plan);
    return kernel;
}

/// A group of few rows, or of few pixels for each tap, would spend its time on adding up. Else it
/// is an image: so parts go plane by plane, as those of the other passes do, and what one reads of
/// x, which may be made right before, stays in the caches.
int64_t rowGroupsOf(const Conv2dProblem& pr) {
    constexpr int64_t fewRows = 8, fewPixels = 8;
    const int64_t enough = std::clamp<int64_t>(pr.y.n * pr.y.h / fewRows, 1,
                                               divideUp(wantedParts, pr.y.channelBlocks()));
    const int64_t sums = pr.x.c / pr.groups * pr.window.taps();
    const int64_t together =
        std::max(divideUp(fewRows, pr.y.h), divideUp(fewPixels * sums, pr.y.h * pr.y.w));
    return std::max(enough, divideUp(pr.y.n, together));
}

/// A block of the images that the part's rows lie in.
ResultShare partReads(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const DepthwiseWeightsPlan*>(problem);
    const Image &x = plan.problem.x, &y = plan.problem.y;
    const int64_t blocks = plan.blocks(), rowGroup = part / blocks;
    const int64_t image = plan.rowBegin(rowGroup) / y.h;
    const int64_t last = (plan.rowBegin(rowGroup + 1) - 1) / y.h;
    return {.first = image * blocks + part % blocks,
            .count = 1,
            .repeats = last - image + 1,
            .stride = blocks,
            .endRow = x.h};
}

Kernel makeWeights(const Conv2dProblem& pr) {
    auto plan = std::make_shared<DepthwiseWeightsPlan>();
    plan->problem = pr;
    plan->rowGroups = rowGroupsOf(pr);
    plan->isFar = isFar(pr);
    plan->rowTaps = gatherForward(pr).rowTaps;
    Kernel kernel;
    kernel.phases = 2;
    kernel.parts = {plan->rowGroups * plan->blocks(), plan->blocks(), 1};
    kernel.workspaceBytes =
        plan->rowGroups * plan->blocks() * plan->blockFloats() * int64_t{sizeof(float)};
    kernel.run = depthwiseWeightsRun();
    kernel.reads = partReads;
    kernel.problem = std::move(plan);
    return kernel;
}

Kernel make(const Conv2dProblem& pr, ConvPass pass) {
    Kernel kernel = pass == ConvPass::Weights ? makeWeights(pr) : makeGather(pr, pass);
    kernel.name = conv2dKernelName(
        pass, pr.x.c == pr.groups ? conv2dBlockedDepthwise.name : "blocked grouped");
    return kernel;
}

}  // namespace

const Conv2dCandidate conv2dBlockedDepthwise = {
    "blocked depthwise", Layout::Blocked, Algorithm::Direct, true, refusal, packing, make};

std::string_view whyNotDepthwise(const Conv2dProblem& pr) {
    if (pr.x.dtype != DType::F32) return "float32 only";
    if (!pr.window.isFlat()) return "images of one slice only";
    const int64_t group = pr.x.c / pr.groups;
    // A vector has to hold whole groups; those of portable code are short.
    const int64_t widest = instructionSet().floatLanes < widestNarrowGroup ? 1 : widestNarrowGroup;
    if (pr.groups == 1 || pr.x.c != pr.y.c || group > widest || blockWidth % group != 0)
        return "wants groups of 1, 2, 4 or 8 channels and as many filters";
    return {};
}

double depthwiseSeconds(const Conv2dProblem& pr) {
    const int64_t group = pr.x.c / pr.groups;
    const double bytesPerSecond = 20e9, flopsPerLane = group == 1 ? 12e9 : 6e9;
    const double bytes = static_cast<double>(pr.x.storageElements() + pr.y.storageElements()) *
                         static_cast<double>(sizeof(float));
    const double flops =
        2.0 * static_cast<double>(pr.y.elements()) * static_cast<double>(pr.window.taps() * group);
    return std::max(bytes / bytesPerSecond, flops / (flopsPerLane * instructionSet().floatLanes));
}

const TapRange* rowTaps(const DepthwiseWeightsPlan& plan) { return plan.rowTaps.data(); }

void spreadFilters(const DepthwiseGatherPlan& plan, const float* packed, int64_t block, float* to) {
    const Packing& p = plan.packing;
    const int64_t group = plan.group();
    for (int64_t tap = 0; tap < p.taps; ++tap)
        for (int64_t source = 0; source < group; ++source)
            for (int64_t lane = 0; lane < blockWidth; ++lane) {
                const int64_t result = block * blockWidth + lane, of = result / group;
                *to++ = of < p.groups ? packed[p.bandOffset(of, 0) +
                                               (source * p.taps + tap) * group + result % group]
                                      : 0;
            }
}

void reduceDepthwiseWeights(const DepthwiseWeightsPlan& plan, const float* sums, float* dw,
                            int64_t block) {
    // A source of the group and a tap are one place in a filter.
    const int64_t places = plan.group() * plan.problem.window.taps(), first = block * blockWidth;
    const int64_t real = std::min(blockWidth, plan.problem.y.c - first);
    const int64_t nextGroup = plan.blocks() * plan.blockFloats();
    for (int64_t place = 0; place < places; ++place) {
        const float* const from = sums + block * plan.blockFloats() + place * blockWidth;
        float total[blockWidth];
        std::copy_n(from, blockWidth, total);
        for (int64_t i = 1; i < plan.rowGroups; ++i)
            for (int64_t c = 0; c < blockWidth; ++c) total[c] += from[i * nextGroup + c];
        for (int64_t c = 0; c < real; ++c) dw[(first + c) * places + place] = total[c];
    }
}

}  // namespace vitrine::kernels
