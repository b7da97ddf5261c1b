// SPDX-License-Identifier: Apache-2.0
// Plans of convolution with images in the lanes. What is chosen here follows from the shape and the
// instruction set alone.
#include "kernels/cpu/conv2d/lanes.h"

#include <algorithm>
#include <limits>

#include "kernels/cpu/conv2d/candidates.h"

namespace vitrine::kernels {

namespace {

/// Enough for eight threads to share evenly.
constexpr int64_t wantedParts = 16;
/// Fewer where parts read the same.
constexpr int64_t wantedWeightsParts = 10;

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

std::string refusal(const Conv2dProblem& pr, ConvPass) {
    if (pr.x.dtype != DType::F32) return "lanes direct: float32 only";
    if (!pr.window.isFlat()) return "lanes direct: images of one slice only";
    return {};
}

/// So many channels that a tile's source rows (its columns and the taps around them) take a good
/// half of L1, and that its sums stay short enough to be exact.
int64_t chunkOf(const Conv2dGather& g) {
    constexpr int64_t budgetBytes = 24 * 1024, tileColumns = 4, longestSum = 320;
    const int64_t columns = tileColumns * g.columnClasses[0].scale + g.s;
    const int64_t channelBytes = g.r * columns * blockWidth * int64_t{sizeof(float)};
    const int64_t most = std::min(budgetBytes / channelBytes, longestSum / (g.r * g.s));
    return std::clamp<int64_t>(most, 1, g.sourceChannels);
}

ResultShare gatherShare(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const LanesGatherPlan*>(problem);
    const Conv2dGather& g = plan.gather;
    const int64_t strip = part % plan.strips, tileOfAll = part / plan.strips;
    const int64_t tile = tileOfAll % plan.tiles, group = tileOfAll / plan.tiles % g.groups;
    const int64_t laneGroup = tileOfAll / plan.tiles / g.groups;
    const int64_t first = plan.tileBegin(tile);
    return {.first = laneGroup * g.result.c + group * g.resultChannels + first,
            .count = plan.tileBegin(tile + 1) - first,
            .firstRow = plan.rowBegin(strip),
            .endRow = plan.rowBegin(strip + 1)};
}

Packing packing(const Conv2dProblem& pr, ConvPass pass) {
    return {.transposed = pass == ConvPass::Data,
            .block = 1,
            .widest = lanesMaxFilters,
            .groups = pr.groups,
            .filters = pr.y.c / pr.groups,
            .channels = pr.x.c / pr.groups,
            .taps = pr.window.taps()};
}

Kernel makeGather(const Conv2dProblem& pr, ConvPass pass) {
    auto plan = std::make_shared<LanesGatherPlan>();
    plan->gather = pass == ConvPass::Forward ? gatherForward(pr) : gatherData(pr);
    const Conv2dGather& g = plan->gather;
    plan->packing = *pr.packing;
    plan->tiles = plan->packing.bands();
    plan->channelChunk = chunkOf(g);
    const int64_t tiles = g.groups * plan->tiles, whole = g.result.laneGroups() * tiles;
    plan->strips = std::clamp<int64_t>(divideUp(wantedParts, whole), 1, g.result.h);
    Kernel kernel;
    kernel.parts[0] = whole * plan->strips;
    kernel.run = lanesGatherRun();
    kernel.share = gatherShare;
    kernel.problem = std::move(plan);
    return kernel;
}

void listColumns(LanesWeightsPlan& plan) {
    const Conv2dProblem& pr = plan.problem;
    const std::vector<TapRange> reach = resultsOfColumnTaps(pr);
    for (int64_t c = 0; c < plan.channels; ++c)
        for (int64_t s = 0; s < pr.window.columns.kernel; ++s)
            plan.columns.push_back(
                {.offset = c * pr.x.planeStride() +
                           (s * pr.window.columns.dilation - pr.window.columns.before) * blockWidth,
                 .reach = reach[static_cast<size_t>(s)]});
}

/// A part reads the columns of its filters' gradients, and the channels of its columns, over all
/// images: so the shares of both are those that read the least together. Rows of filters are shared
/// out only where there are not enough of both, as they read the same again.
void split(LanesWeightsPlan& plan) {
    const Conv2dProblem& pr = plan.problem;
    const int64_t wanted = divideUp(wantedWeightsParts, pr.groups);
    const int64_t x = plan.channels * pr.x.h * pr.x.w, dy = plan.filters * pr.y.h * pr.y.w;
    int64_t least = std::numeric_limits<int64_t>::max();
    for (int64_t filters = 1; filters <= std::min(wanted, plan.filterTiles); ++filters) {
        const int64_t columns = std::min(divideUp(wanted, filters), plan.columnTiles);
        const int64_t rows = std::min(divideUp(wanted, filters * columns), pr.window.rows.kernel);
        const int64_t read = rows * (filters * x + columns * dy);
        if (read >= least) continue;
        least = read;
        plan.filterShares = filters;
        plan.columnShares = columns;
        plan.rowShares = rows;
    }
}

Kernel makeWeights(const Conv2dProblem& pr) {
    auto plan = std::make_shared<LanesWeightsPlan>();
    plan->problem = pr;
    plan->channels = pr.x.c / pr.groups;
    plan->filters = pr.y.c / pr.groups;
    const LanesWeightsTile tile = lanesWeightsTile();
    plan->filterTiles = divideUp(plan->filters, tile.filters);
    plan->columnTiles = divideUp(plan->channels * pr.window.columns.kernel, tile.columns);
    split(*plan);
    constexpr int64_t budgetBytes = 32 * 1024;
    const int64_t rowBytes = tile.filters * pr.y.w * blockWidth * int64_t{sizeof(float)};
    plan->stripRows = std::clamp<int64_t>(budgetBytes / rowBytes, 1, pr.y.h);
    plan->rowResults = resultsOfRowTaps(pr);
    listColumns(*plan);
    Kernel kernel;
    kernel.parts[0] = pr.groups * plan->filterShares * plan->columnShares * plan->rowShares;
    kernel.run = lanesWeightsRun();
    kernel.problem = std::move(plan);
    return kernel;
}

Kernel make(const Conv2dProblem& pr, ConvPass pass) {
    Kernel kernel = pass == ConvPass::Weights ? makeWeights(pr) : makeGather(pr, pass);
    kernel.name = conv2dKernelName(pass, conv2dLanesDirect.name);
    return kernel;
}

}  // namespace

const Conv2dCandidate conv2dLanesDirect = {
    "lanes direct", Layout::Lanes, Algorithm::Direct, false, refusal, packing, make};

const TapRange* rowResults(const LanesWeightsPlan& plan) { return plan.rowResults.data(); }

const LanesColumn* columnsOf(const LanesWeightsPlan& plan) { return plan.columns.data(); }

}  // namespace vitrine::kernels
