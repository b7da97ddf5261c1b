// SPDX-License-Identifier: Apache-2.0
// Plans of convolution with channels in a line. What is chosen here follows from the shape and the
// instruction set alone.
#include "kernels/cpu/conv2d_blocked.h"

#include <algorithm>

#include "kernels/cpu/conv2d_candidates.h"
#include "kernels/dispatch/machine.h"

namespace vitrine::kernels {

namespace {

/// Enough for eight threads to share evenly.
constexpr int64_t wantedParts = 16;

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

int64_t blocksOf(int64_t channels) { return divideUp(channels, blockWidth); }

int64_t lastOf(int64_t channels) { return channels - (blocksOf(channels) - 1) * blockWidth; }

/// Blocks of result channels in a tile. Registers of 16 floats take two blocks, so that a broadcast
/// serves twice; shorter registers are filled by one.
int64_t tileBlocks(int64_t blocks) {
    return instructionSet().floatLanes == blockWidth ? std::min<int64_t>(blocks, 2) : 1;
}

std::string refusal(const Conv2dProblem& pr, Conv2dPass pass) {
    if (pr.precision != Precision::F32) return "blocked direct: float32 only";
    if (pr.x.layout != Layout::Blocked || pr.y.layout != Layout::Blocked)
        return "blocked direct: operands are not blocked";
    const bool whole = pr.x.c / pr.groups % blockWidth == 0 && pr.y.c / pr.groups % blockWidth == 0;
    if (pr.groups > 1 && !whole) return "blocked direct: groups are not multiples of 16 channels";
    const bool data = pass == Conv2dPass::Data;
    const int64_t wanted = data ? conv2dDataHalo(pr) : conv2dForwardHalo(pr);
    const int64_t found = data ? pr.y.halo : pr.x.halo;
    if (found < wanted)
        return std::string("blocked direct: ") + (data ? "dy" : "x") + " needs a halo of " +
               std::to_string(wanted) + ", has " + std::to_string(found);
    return {};
}

void listTaps(BlockedGatherPlan& plan) {
    const Conv2dGather& g = plan.gather;
    for (const Conv2dAxis& row : g.rowClasses)
        for (const Conv2dAxis& column : g.columnClasses) {
            const size_t begin = plan.taps.size();
            for (int64_t r = 0; r < row.taps; ++r)
                for (int64_t s = 0; s < column.taps; ++s)
                    plan.taps.push_back(
                        {.source = (row.offset + row.offsetStep * r) * g.source.rowStride() +
                                   (column.offset + column.offsetStep * s) * blockWidth,
                         .filter = (row.index + row.indexStep * r) * g.s + column.index +
                                   column.indexStep * s});
            plan.taps.resize(begin + static_cast<size_t>(g.r * g.s));
        }
}

Kernel makeGather(const Conv2dProblem& pr, Conv2dPass pass) {
    auto plan = std::make_shared<BlockedGatherPlan>();
    plan->gather = pass == Conv2dPass::Forward ? gatherForward(pr) : gatherData(pr);
    const Conv2dGather& g = plan->gather;
    plan->sourceBlocks = blocksOf(g.sourceChannels);
    plan->resultBlocks = blocksOf(g.resultChannels);
    plan->lastChannels = lastOf(g.sourceChannels);
    plan->width = tileBlocks(plan->resultBlocks);
    plan->bands = divideUp(plan->resultBlocks, plan->width);
    plan->blockChunk = 4;
    const int64_t bands = g.groups * plan->bands;
    plan->strips = std::clamp<int64_t>(divideUp(wantedParts, g.result.n), 1, g.result.h);
    plan->shares = std::clamp<int64_t>(divideUp(wantedParts, g.result.n * plan->strips), 1, bands);
    listTaps(*plan);
    Kernel kernel;
    kernel.phases = 2;
    kernel.parts = {bands, g.result.n * plan->strips * plan->shares, 1};
    kernel.workspaceBytes = plan->workspaceFloats() * int64_t{sizeof(float)};
    kernel.run = blockedGatherRun();
    kernel.problem = std::move(plan);
    return kernel;
}

/// Result rows whose lines of dy, together with the lines of x that they meet, stay in L1.
int64_t stripRowsOf(const BlockedWeightsPlan& plan) {
    constexpr int64_t budgetBytes = 32 * 1024;
    const Conv2dProblem& pr = plan.problem;
    const int64_t lines = pr.y.w * plan.width + pr.x.w * pr.strideH;
    return std::clamp<int64_t>(budgetBytes / (lines * blockWidth * int64_t{sizeof(float)}), 1,
                               pr.y.h);
}

Kernel makeWeights(const Conv2dProblem& pr) {
    auto plan = std::make_shared<BlockedWeightsPlan>();
    plan->problem = pr;
    plan->sourceBlocks = blocksOf(pr.x.c / pr.groups);
    plan->filterBlocks = blocksOf(pr.y.c / pr.groups);
    plan->lastChannels = lastOf(pr.x.c / pr.groups);
    plan->lastFilters = lastOf(pr.y.c / pr.groups);
    plan->width = tileBlocks(plan->filterBlocks);
    plan->bands = divideUp(plan->filterBlocks, plan->width);
    plan->imageGroups = std::clamp<int64_t>(divideUp(wantedParts, plan->pairs()), 1, pr.y.n);
    plan->stripRows = stripRowsOf(*plan);
    plan->rowResults = resultsOfRowTaps(pr);
    Kernel kernel;
    kernel.phases = 2;
    kernel.parts = {plan->imageGroups * plan->pairs(), plan->pairs(), 1};
    kernel.workspaceBytes =
        plan->imageGroups * plan->pairs() * plan->partFloats() * int64_t{sizeof(float)};
    kernel.run = blockedWeightsRun();
    kernel.problem = std::move(plan);
    return kernel;
}

Kernel make(const Conv2dProblem& pr, Conv2dPass pass) {
    Kernel kernel = pass == Conv2dPass::Weights ? makeWeights(pr) : makeGather(pr, pass);
    kernel.name = conv2dKernelName(pass, conv2dBlockedDirect.name);
    return kernel;
}

}  // namespace

const Conv2dCandidate conv2dBlockedDirect = {"blocked direct", refusal, make};

const BlockedTap* blockedTaps(const BlockedGatherPlan& plan) { return plan.taps.data(); }

const TapRange* rowResults(const BlockedWeightsPlan& plan) { return plan.rowResults.data(); }

void packBlockedBand(const BlockedGatherPlan& plan, const float* w, const float* bias,
                     float* packed, int64_t part) {
    const Conv2dGather& g = plan.gather;
    const int64_t group = part / plan.bands, band = part % plan.bands;
    const int64_t first = band * plan.width * blockWidth;
    const int64_t line = plan.bandWidth(band) * blockWidth;
    const int64_t real = std::min(line, g.resultChannels - first);
    float* to = packed + plan.bandOffset(group, band);
    for (int64_t block = 0; block < plan.sourceBlocks; ++block)
        for (int64_t tap = 0; tap < g.r * g.s; ++tap)
            for (int64_t i = 0; i < blockWidth; ++i, to += line) {
                const int64_t c = block * blockWidth + i;
                const float* const from =
                    w + group * g.groupStride + first * g.resultStride + c * g.sourceStride + tap;
                const int64_t filled = c < g.sourceChannels ? real : 0;
                for (int64_t k = 0; k < filled; ++k) to[k] = from[k * g.resultStride];
                std::fill(to + filled, to + line, 0.0f);
            }
    if (!bias) return;
    float* const packedBias =
        packed + plan.biasOffset() + (group * plan.resultBlocks + band * plan.width) * blockWidth;
    std::copy_n(bias + group * g.resultChannels + first, real, packedBias);
    std::fill(packedBias + real, packedBias + line, 0.0f);
}

void reduceBlockedWeights(const BlockedWeightsPlan& plan, const float* sums, float* dw,
                          int64_t pair) {
    const Conv2dProblem& pr = plan.problem;
    const int64_t block = pair % plan.sourceBlocks, band = pair / plan.sourceBlocks % plan.bands;
    const int64_t group = pair / plan.sourceBlocks / plan.bands;
    const int64_t channels = pr.x.c / pr.groups, filters = pr.y.c / pr.groups;
    const int64_t firstFilter = band * plan.width * blockWidth, firstChannel = block * blockWidth;
    const int64_t line = plan.bandWidth(band) * blockWidth, taps = pr.r * pr.s;
    const int64_t next = plan.pairs() * plan.partFloats();
    for (int64_t k = 0; k < std::min(line, filters - firstFilter); ++k)
        for (int64_t c = 0; c < std::min(blockWidth, channels - firstChannel); ++c) {
            float* const to =
                dw + ((group * filters + firstFilter + k) * channels + firstChannel + c) * taps;
            for (int64_t tap = 0; tap < taps; ++tap) {
                const float* const from =
                    sums + pair * plan.partFloats() + (tap * blockWidth + c) * line + k;
                float sum = from[0];
                for (int64_t i = 1; i < plan.imageGroups; ++i) sum += from[i * next];
                to[tap] = sum;
            }
        }
}

}  // namespace vitrine::kernels
