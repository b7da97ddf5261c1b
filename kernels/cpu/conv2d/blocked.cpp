// SPDX-License-Identifier: Apache-2.0
// Plans of convolution with channels in a line. What is chosen here follows from the shape and the
// instruction set alone.
#include "kernels/cpu/conv2d/blocked.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "kernels/cpu/conv2d/candidates.h"
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
    return instructionSet().floatLanes == blockWidth ? std::min(blocks, maxBandBlocks) : 1;
}

std::string refusal(const Conv2dProblem& pr, ConvPass pass) {
    if (pr.x.dtype != DType::F32) return "blocked direct: float32 only";
    if (!pr.window.isFlat()) return "blocked direct: images of one slice only";
    const bool whole = pr.x.c / pr.groups % blockWidth == 0 && pr.y.c / pr.groups % blockWidth == 0;
    if (pr.groups > 1 && !whole) return "blocked direct: groups are not multiples of 16 channels";
    const bool data = pass == ConvPass::Data;
    const int64_t wanted = data ? conv2dDataHalo(pr) : conv2dForwardHalo(pr);
    const int64_t found = data ? pr.y.halo : pr.x.halo;
    if (found < wanted)
        return std::string("blocked direct: ") + (data ? "dy" : "x") + " needs a halo of " +
               std::to_string(wanted) + ", has " + std::to_string(found);
    return {};
}

/// So many source blocks that the packed filters of a band which one tile uses stay near L1, and
/// that sums stay short enough to be exact. Fewer would visit every result more often. Those of one
/// tap stay in it: they have nothing else to read twice.
int64_t chunkOf(const BlockedGatherPlan& plan) {
    constexpr int64_t longestSum = 320;
    const Conv2dGather& g = plan.gather;
    const int64_t budgetBytes = (g.r * g.s == 1 ? 20 : 80) * 1024;
    const auto classes = static_cast<int64_t>(g.rowClasses.size() * g.columnClasses.size());
    const int64_t blockBytes = plan.blockFloats() * plan.width * int64_t{sizeof(float)};
    const int64_t most = std::min(budgetBytes * classes / blockBytes,
                                  longestSum * classes / (g.r * g.s * blockWidth));
    return std::clamp<int64_t>(most, 1, plan.sourceBlocks);
}

/// Rows whose source and results stay in the second-level cache beside the filters, or instead of
/// filters that do not; about as many in each visit of a strip.
int64_t visitRows(const BlockedGatherPlan& plan) {
    const int64_t budgetBytes = (plan.isStreamed ? 512 : 256) * 1024;
    const Conv2dGather& g = plan.gather;
    const int64_t sources = plan.sourceBlocks * g.source.rowStride() * g.rowClasses[0].scale;
    const int64_t results = divideUp(g.groups * plan.resultBlocks, plan.shares) *
                            g.result.rowStride() / static_cast<int64_t>(g.rowClasses.size());
    const int64_t rows = budgetBytes / ((sources + results) * int64_t{sizeof(float)});
    const int64_t ofStrip = divideUp(g.result.h, plan.strips);
    return divideUp(ofStrip, divideUp(ofStrip, std::max<int64_t>(rows, 1)));
}

/// Strips of rows and shares of the bands of an image, for parts enough. Every strip reads all
/// filters and every share all sources: as few bytes as can be.
void split(BlockedGatherPlan& plan) {
    const Conv2dGather& g = plan.gather;
    const int64_t bands = g.groups * plan.bands;
    const int64_t wanted = divideUp(wantedParts, g.result.n);
    const int64_t filters = plan.packing.storageElements();
    const int64_t sources = g.source.storageElements() / g.source.n;
    int64_t least = std::numeric_limits<int64_t>::max(), most = 0;
    for (int64_t strips = 1; strips <= std::min(wanted, g.result.h); ++strips) {
        const int64_t shares = std::min(divideUp(wanted, strips), bands);
        const int64_t parts = std::min(strips * shares, wanted);
        const int64_t cost = strips * filters + shares * sources;
        if (parts < most || (parts == most && cost >= least)) continue;
        most = parts;
        least = cost;
        plan.strips = strips;
        plan.shares = shares;
    }
}

/// The first result block of a band, counted over all groups.
int64_t firstBlock(const BlockedGatherPlan& plan, int64_t band) {
    return band / plan.bands * plan.resultBlocks + band % plan.bands * plan.width;
}

ResultShare gatherShare(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const BlockedGatherPlan*>(problem);
    const int64_t share = part % plan.shares, strip = part / plan.shares % plan.strips;
    const int64_t image = part / plan.shares / plan.strips;
    const int64_t first = firstBlock(plan, plan.bandBegin(share));
    return {.first = image * plan.gather.result.channelBlocks() + first,
            .count = firstBlock(plan, plan.bandBegin(share + 1)) - first,
            .firstRow = plan.rowBegin(strip),
            .endRow = plan.rowBegin(strip + 1)};
}

ResultShare gatherReads(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const BlockedGatherPlan*>(problem);
    const int64_t strip = part / plan.shares % plan.strips;
    return blockedGatherReads(plan, part, plan.rowBegin(strip), plan.rowBegin(strip + 1));
}

Packing packing(const Conv2dProblem& pr, ConvPass pass) {
    const bool isData = pass == ConvPass::Data;
    const int64_t filters = pr.y.c / pr.groups, channels = pr.x.c / pr.groups;
    const int64_t sources = isData ? filters : channels;
    return {.transposed = isData,
            .block = blockWidth,
            // Zeros between the lines of few channels would crowd some sets of L1.
            .run = std::min(sources, blockWidth),
            .widest = tileBlocks(blocksOf(isData ? channels : filters)) * blockWidth,
            .groups = pr.groups,
            .filters = filters,
            .channels = channels,
            .taps = pr.window.taps()};
}

Kernel makeGather(const Conv2dProblem& pr, ConvPass pass) {
    auto plan = std::make_shared<BlockedGatherPlan>();
    plan->gather = pass == ConvPass::Forward ? gatherForward(pr) : gatherData(pr);
    const Conv2dGather& g = plan->gather;
    plan->sourceBlocks = blocksOf(g.sourceChannels);
    plan->resultBlocks = blocksOf(g.resultChannels);
    plan->lastChannels = lastOf(g.sourceChannels);
    plan->packing = *pr.packing;
    plan->width = plan->packing.widest / blockWidth;
    plan->bands = plan->packing.bands();
    plan->blockChunk = chunkOf(*plan);
    split(*plan);
    plan->isStreamed = plan->packing.storageElements() > 128 * 1024;
    plan->visitRows = visitRows(*plan);
    Kernel kernel;
    kernel.parts[0] = g.result.n * plan->strips * plan->shares;
    kernel.run = blockedGatherRun();
    kernel.share = gatherShare;
    if (plan->shares <= mostSharers) kernel.reads = gatherReads;
    kernel.problem = std::move(plan);
    return kernel;
}

/// Result rows, or images, whose lines of dy stay in L1 with the lines of x that they meet: the
/// longer a strip, the less it costs to add its sums. With one tap that costs more than lines that
/// come from the second-level cache: a strip is what of all of x and dy stays there, as far as its
/// sums are short enough to be exact.
void chooseStrip(BlockedWeightsPlan& plan) {
    constexpr int64_t allBytes = 640 * 1024, longestSum = 1024;
    constexpr int64_t lineBytes = blockWidth * int64_t{sizeof(float)};
    const Conv2dProblem& pr = plan.problem;
    const bool isPointwise = pr.window.taps() == 1;
    const int64_t budgetBytes = (isPointwise ? 40 : 64) * 1024;
    const int64_t xLines = pr.x.w * pr.window.rows.stride;
    int64_t rows = budgetBytes / ((pr.y.w * plan.width + xLines) * lineBytes);
    if (isPointwise) {
        const int64_t ofAll = pr.y.w * plan.filterBlocks + xLines * plan.sourceBlocks;
        rows = std::max(rows, std::min(allBytes / (ofAll * lineBytes), longestSum / pr.y.w));
    }
    const int64_t strips = divideUp(pr.y.h, std::clamp<int64_t>(rows, 1, pr.y.h));
    plan.stripRows = divideUp(pr.y.h, strips);
    plan.stripImages = std::max<int64_t>(rows / pr.y.h, 1);
}

/// Cuts of the weights' work.
struct WeightsSplit {
    int64_t imageGroups = 1, bandShares = 1, blockShares = 1;
    int64_t bytes = 0;  ///< moved for its sake
};

/// Image groups and shares of the source blocks such that what a part reads of x stays in the
/// second-level cache: it may be made there, right before. Every image group leaves sums, every
/// share reads dy: as few bytes as can be. Nothing where a group would have too few pixels.
std::optional<WeightsSplit> splitByCache(const BlockedWeightsPlan& plan, int64_t mostGroups) {
    constexpr int64_t partBytes = 384 * 1024;
    const Conv2dProblem& pr = plan.problem;
    const int64_t sumBytes = plan.pairs() * plan.pairFloats() * int64_t{sizeof(float)};
    const int64_t planeBytes = pr.x.planeStride() * int64_t{sizeof(float)};
    const int64_t dyBytes = pr.y.storageElements() * int64_t{sizeof(float)};
    std::optional<WeightsSplit> best;
    for (int64_t shares = 1; shares <= plan.sourceBlocks; ++shares) {
        const int64_t imageBytes = divideUp(plan.sourceBlocks, shares) * planeBytes;
        if (imageBytes > partBytes) continue;
        const int64_t wanted = divideUp(wantedParts, pr.groups * shares);
        const int64_t groups =
            std::max(divideUp(pr.y.n, partBytes / imageBytes), std::min(wanted, mostGroups));
        if (groups > mostGroups) continue;
        const WeightsSplit split{.imageGroups = groups,
                                 .blockShares = shares,
                                 .bytes = 2 * groups * sumBytes + (shares - 1) * dyBytes};
        if (!best || split.bytes < best->bytes) best = split;
    }
    return best;
}

/// Image groups first, since every one of them reads its images once; then shares of bands and
/// blocks.
WeightsSplit splitByParts(const BlockedWeightsPlan& plan, int64_t mostGroups) {
    const int64_t wanted = divideUp(wantedParts, plan.problem.groups);
    WeightsSplit split{.imageGroups = std::min(wanted, mostGroups)};
    split.bandShares = std::min(divideUp(wanted, split.imageGroups), plan.bands);
    split.blockShares =
        std::min(divideUp(wanted, split.imageGroups * split.bandShares), plan.sourceBlocks);
    return split;
}

/// As many image groups as a few megabytes of sums allow, and with so many pixels in each that
/// adding them up does not matter.
void split(BlockedWeightsPlan& plan) {
    constexpr int64_t sumBytes = 8 * 1024 * 1024, groupPixels = 512;
    const Image& y = plan.problem.y;
    const int64_t bytes = plan.pairs() * plan.pairFloats() * int64_t{sizeof(float)};
    const int64_t most =
        std::clamp<int64_t>(std::min(sumBytes / bytes, y.n * y.h * y.w / groupPixels), 1, y.n);
    const WeightsSplit chosen = splitByCache(plan, most).value_or(splitByParts(plan, most));
    plan.imageGroups = chosen.imageGroups;
    plan.bandShares = chosen.bandShares;
    plan.blockShares = chosen.blockShares;
}

ResultShare partReads(const void* problem, int64_t index) {
    const auto& plan = *static_cast<const BlockedWeightsPlan*>(problem);
    const int64_t share = index % plan.blockShares;
    const int64_t rest = index / plan.blockShares / plan.bandShares;
    return weightsReads(plan, rest / plan.problem.groups, rest % plan.problem.groups,
                        plan.blockBegin(share), plan.blockBegin(share + 1));
}

Kernel makeWeights(const Conv2dProblem& pr) {
    auto plan = std::make_shared<BlockedWeightsPlan>(blockedWeightsPlan(pr));
    chooseStrip(*plan);
    plan->rowResults = resultsOfRowTaps(pr);
    split(*plan);
    Kernel kernel;
    kernel.phases = 2;
    kernel.parts = {plan->imageGroups * pr.groups * plan->bandShares * plan->blockShares,
                    plan->pairs(), 1};
    kernel.workspaceBytes =
        plan->imageGroups * plan->pairs() * plan->pairFloats() * int64_t{sizeof(float)};
    kernel.run = blockedWeightsRun();
    if (plan->bandShares <= mostSharers) kernel.reads = partReads;
    kernel.problem = std::move(plan);
    return kernel;
}

Kernel make(const Conv2dProblem& pr, ConvPass pass) {
    Kernel kernel = pass == ConvPass::Weights ? makeWeights(pr) : makeGather(pr, pass);
    kernel.name = conv2dKernelName(pass, conv2dBlockedDirect.name);
    return kernel;
}

}  // namespace

const Conv2dCandidate conv2dBlockedDirect = {
    "blocked direct", Layout::Blocked, Algorithm::Direct, true, refusal, packing, make};

ResultShare blockedGatherReads(const BlockedGatherPlan& plan, int64_t part, int64_t begin,
                               int64_t end) {
    const int64_t blocks = plan.gather.source.channelBlocks();
    const TapRange rows = sourceRows(plan.gather, begin, end);
    return {.first = part / plan.shares / plan.strips * blocks,
            .count = blocks,
            .firstRow = rows.begin,
            .endRow = rows.end};
}

ResultShare weightsReads(const BlockedWeightsPlan& plan, int64_t imageGroup, int64_t group,
                         int64_t begin, int64_t end) {
    const Image& x = plan.problem.x;
    const int64_t image = plan.imageBegin(imageGroup), all = x.channelBlocks();
    return {.first = image * all + group * plan.sourceBlocks + begin,
            .count = end - begin,
            .repeats = plan.imageBegin(imageGroup + 1) - image,
            .stride = all,
            .endRow = x.h};
}

BlockedWeightsPlan blockedWeightsPlan(const Conv2dProblem& pr) {
    BlockedWeightsPlan plan;
    plan.problem = pr;
    plan.sourceBlocks = blocksOf(pr.x.c / pr.groups);
    plan.filterBlocks = blocksOf(pr.y.c / pr.groups);
    plan.lastChannels = lastOf(pr.x.c / pr.groups);
    plan.width = tileBlocks(plan.filterBlocks);
    plan.bands = divideUp(plan.filterBlocks, plan.width);
    return plan;
}

const TapRange* rowResults(const BlockedWeightsPlan& plan) { return plan.rowResults.data(); }

void reduceBlockedWeights(const BlockedWeightsPlan& plan, const float* sums, float* dw,
                          int64_t pair) {
    const Conv2dProblem& pr = plan.problem;
    const int64_t block = pair % plan.sourceBlocks, band = pair / plan.sourceBlocks % plan.bands;
    const int64_t group = pair / plan.sourceBlocks / plan.bands;
    const int64_t channels = pr.x.c / pr.groups, filters = pr.y.c / pr.groups;
    const int64_t firstFilter = band * plan.width * blockWidth, firstChannel = block * blockWidth;
    const int64_t line = plan.bandWidth(band) * blockWidth, taps = pr.window.taps();
    const int64_t realFilters = std::min(line, filters - firstFilter);
    const int64_t realChannels = std::min(blockWidth, channels - firstChannel);
    const int64_t nextGroup = plan.pairs() * plan.pairFloats();
    float* const to = dw + ((group * filters + firstFilter) * channels + firstChannel) * taps;
    for (int64_t tap = 0; tap < taps; ++tap) {
        float total[blockWidth][maxBandBlocks * blockWidth];
        for (int64_t c = 0; c < realChannels; ++c) {
            const float* const from =
                sums + pair * plan.pairFloats() + (tap * blockWidth + c) * line;
            std::copy_n(from, line, total[c]);
            for (int64_t i = 1; i < plan.imageGroups; ++i)
                for (int64_t k = 0; k < line; ++k) total[c][k] += from[i * nextGroup + k];
        }
        // Filters outermost: theirs are the long strides.
        for (int64_t k = 0; k < realFilters; ++k)
            for (int64_t c = 0; c < realChannels; ++c)
                to[(k * channels + c) * taps + tap] = total[c][k];
    }
}

}  // namespace vitrine::kernels
