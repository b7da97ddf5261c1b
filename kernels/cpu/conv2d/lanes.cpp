// SPDX-License-Identifier: Apache-2.0
// Plans of convolution with images in the lanes. What is chosen here follows from the shape and the
// instruction set alone.
#include "kernels/cpu/conv2d/lanes.h"

#include <algorithm>
#include <limits>

#include "kernels/cpu/conv2d/candidates.h"
#include "kernels/cpu/conv2d/lanes_pointwise.h"
#include "kernels/dispatch/machine.h"

namespace vitrine::kernels {

namespace {

/// Enough for eight threads to share evenly.
constexpr int64_t wantedParts = 16;
/// Fewer where parts read the same.
constexpr int64_t wantedWeightsParts = 8;

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

bool readsHalo(const Conv2dProblem& pr) { return pr.x.halo >= columnHalo(gatherForward(pr)); }

/// The order in which a result is summed is another one where taps are clipped, and follows from
/// tiles of four columns there.
std::string refusal(const Conv2dProblem& pr, ConvPass) {
    if (pr.x.dtype != DType::F32) return "lanes direct: float32 only";
    if (!pr.window.isFlat()) return "lanes direct: images of one slice only";
    if (pr.pooled && !readsHalo(pr)) return "lanes direct: pools where no column tap is clipped";
    return {};
}

/// So many channels that a tile's source rows (its columns and the taps around them) take no more
/// than L1, and that its sums stay short enough to be exact. Every further chunk loads and stores
/// all results once more.
int64_t chunkOf(const Conv2dGather& g) {
    constexpr int64_t budgetBytes = 48 * 1024, tileColumns = 4, longestSum = 400;
    const int64_t columns = tileColumns * g.columnClasses[0].scale + g.s;
    const int64_t channelBytes = g.r * columns * blockWidth * int64_t{sizeof(float)};
    const int64_t most = std::min(budgetBytes / channelBytes, longestSum / (g.r * g.s));
    return std::clamp<int64_t>(most, 1, g.sourceChannels);
}

ResultShare gatherShare(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const LanesGatherPlan*>(problem);
    const LanesPart at = plan.partAt(part);
    return {.first = at.laneGroup * plan.gather.result.c + at.channel,
            .count = at.filters,
            .firstRow = at.begin,
            .endRow = at.end};
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
    plan->readsHalo = g.source.halo >= columnHalo(g);
    plan->pooled = pr.pooled;
    const int64_t tiles = g.groups * plan->tiles, whole = g.result.laneGroups() * tiles;
    plan->strips = std::clamp<int64_t>(divideUp(wantedParts, whole), 1, plan->rows());
    Kernel kernel;
    kernel.parts[0] = whole * plan->strips;
    kernel.run = pr.pooled ? lanesPoolRun() : lanesGatherRun();
    kernel.share = pr.pooled ? nullptr : gatherShare;
    kernel.problem = std::move(plan);
    return kernel;
}

void listColumns(LanesWeightsPlan& plan) {
    const Conv2dProblem& pr = plan.problem;
    std::vector<TapRange> reach = resultsOfColumnTaps(pr);
    if (readsHalo(pr)) std::ranges::fill(reach, TapRange{0, pr.y.w});
    for (int64_t c = 0; c < plan.channels; ++c)
        for (int64_t s = 0; s < pr.window.columns.kernel; ++s)
            plan.columns.push_back(
                {.offset = c * pr.x.planeStride() +
                           (s * pr.window.columns.dilation - pr.window.columns.before) * blockWidth,
                 .reach = reach[static_cast<size_t>(s)]});
}

/// A part reads the columns of its filters' gradients, and the channels of its columns, over all
/// images: so the shares of both are those that read the least together. Where there are not enough
/// of both, lane groups are shared out; and rows of filters at last, as they read the same again.
void split(LanesWeightsPlan& plan) {
    const Conv2dProblem& pr = plan.problem;
    const int64_t wanted = divideUp(wantedWeightsParts, pr.groups);
    const int64_t x = plan.channels * pr.x.h * pr.x.w, dy = plan.filters * pr.y.h * pr.y.w;
    int64_t least = std::numeric_limits<int64_t>::max();
    for (int64_t filters = 1; filters <= std::min(wanted, plan.filterTiles); ++filters) {
        const int64_t columns = std::min(divideUp(wanted, filters), plan.columnTiles);
        const int64_t shares = filters * columns;
        const int64_t lanes = std::min(divideUp(wanted, shares), pr.y.laneGroups());
        const int64_t rows = std::min(divideUp(wanted, shares * lanes), pr.window.rows.kernel);
        const int64_t read = rows * (filters * x + columns * dy);
        if (read >= least) continue;
        least = read;
        plan.filterShares = filters;
        plan.columnShares = columns;
        plan.laneShares = lanes;
        plan.rowShares = rows;
    }
}

int64_t bytesOfFloats(int64_t count) { return count * static_cast<int64_t>(sizeof(float)); }

/// Lines of dy that a part spreads out before it reads them.
int64_t spreadFloats(const LanesWeightsPlan& plan) {
    const Image& dy = plan.problem.y;
    const int64_t tiles = divideUp(plan.filterTiles, plan.filterShares);
    const int64_t filters = tiles * divideUp(plan.filters, plan.filterTiles);
    return filters * plan.stripRows * dy.w * blockWidth;
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
    // Shorter vectors sum all lanes of a pixel one after the other: fewer rows, shorter sums.
    const int64_t budgetBytes = (instructionSet().floatLanes == blockWidth ? 36 : 28) * 1024;
    const int64_t tileFilters = divideUp(plan->filters, plan->filterTiles);
    const int64_t rowBytes = bytesOfFloats(tileFilters * pr.y.w * blockWidth);
    // In pairs, so that gradients of pooled pixels are summed like others.
    plan->stripRows = std::max<int64_t>(budgetBytes / rowBytes / 2 * 2, 2);
    plan->stripRows = std::min(plan->stripRows, pr.y.h);
    plan->rowResults = resultsOfRowTaps(pr);
    listColumns(*plan);
    Kernel kernel;
    kernel.parts[0] =
        pr.groups * plan->filterShares * plan->columnShares * plan->rowShares * plan->laneShares;
    if (plan->laneShares > 1) {
        kernel.phases = 2;
        kernel.parts[1] = pr.groups * plan->filterTiles;
        kernel.workspaceBytes = bytesOfFloats(pr.y.laneGroups() * plan->tiles() * tile.floats);
    }
    if (pr.unpooled) kernel.scratchBytes = bytesOfFloats(spreadFloats(*plan));
    kernel.run = lanesWeightsRun();
    kernel.problem = std::move(plan);
    return kernel;
}

Kernel makeResults(const Conv2dProblem& pr, ConvPass pass) {
    Conv2dGather gather = pass == ConvPass::Forward ? gatherForward(pr) : gatherData(pr);
    if (!pr.pooled && takesLanesPointwise(gather))
        return makeLanesPointwise(std::move(gather), *pr.packing);
    return makeGather(pr, pass);
}

Kernel make(const Conv2dProblem& pr, ConvPass pass) {
    Kernel kernel = pass == ConvPass::Weights ? makeWeights(pr) : makeResults(pr, pass);
    kernel.name = conv2dKernelName(pass, conv2dLanesDirect.name);
    return kernel;
}

}  // namespace

const Conv2dCandidate conv2dLanesDirect = {
    "lanes direct", Layout::Lanes, Algorithm::Direct, false, refusal, packing, make};

LanesPart LanesGatherPlan::partAt(int64_t part) const {
    const int64_t strip = part % strips, tileOfAll = part / strips;
    const int64_t tile = tileOfAll % tiles, group = tileOfAll / tiles % gather.groups;
    return {.laneGroup = tileOfAll / tiles / gather.groups,
            .group = group,
            .tile = tile,
            .channel = group * gather.resultChannels + tileBegin(tile),
            .filters = tileBegin(tile + 1) - tileBegin(tile),
            .begin = rowBegin(strip),
            .end = rowBegin(strip + 1)};
}

const TapRange* rowResults(const LanesWeightsPlan& plan) { return plan.rowResults.data(); }

const LanesColumn* columnsOf(const LanesWeightsPlan& plan) { return plan.columns.data(); }

}  // namespace vitrine::kernels
