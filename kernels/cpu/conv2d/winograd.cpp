// SPDX-License-Identifier: Apache-2.0
// Plans of F(4 × 4, 3 × 3), and what it would take. What is chosen here follows from the shape and
// the instruction set alone.
#include "kernels/cpu/conv2d/winograd.h"

#include <algorithm>
#include <cmath>

#include "kernels/cpu/conv2d/candidates.h"
#include "kernels/dispatch/machine.h"

namespace vitrine::kernels {

namespace {

/// Enough for eight threads to share evenly.
constexpr int64_t wantedParts = 16;

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t blocksOf(int64_t channels) { return divideUp(channels, blockWidth); }

bool isThreeByThree(const WindowAxis& axis) {
    return axis.kernel == 3 && axis.stride == 1 && axis.dilation == 1;
}

std::string refusal(const Conv2dProblem& pr, ConvPass pass) {
    if (const std::string_view why = whyNotWinograd(pr); !why.empty())
        return "blocked winograd: " + std::string(why);
    return conv2dBlockedDirect.refusal(pr, pass);
}

Packing packing(const Conv2dProblem& pr, ConvPass pass) {
    Packing p = conv2dBlockedDirect.packing(pr, pass);
    p.frequencies = true;
    p.taps = frequencies;
    p.run = p.padded(p.sources());
    return p;
}

/// Tiles of a batch. Fewer would read the filters more often, more would drive the frequencies of
/// both sides, and what is fetched ahead, out of the second-level cache.
int64_t wantedTiles(int64_t channels, int64_t filters) {
    return channels <= blockWidth && filters <= blockWidth ? 32 : 16;
}

int64_t widestShare(const WinogradGatherPlan& plan) {
    const Packing& p = plan.packing;
    int64_t widest = 0;
    for (int64_t share = 0; share < plan.shares; ++share) {
        int64_t width = 0;
        for (int64_t i = plan.bandBegin(share); i < plan.bandBegin(share + 1); ++i) {
            if (i % p.bands() == 0) width = 0;
            width += p.bandWidth(i % p.bands());
            widest = std::max(widest, width);
        }
    }
    return widest;
}

void chooseBatches(WinogradGatherPlan& plan) {
    const int64_t images = plan.gather.result.n;
    const int64_t ofImage = plan.grid.tiles();
    const int64_t wanted = wantedTiles(plan.packing.channels, plan.packing.filters);
    if (ofImage <= wanted) {
        plan.imageBatches = divideUp(images, std::max<int64_t>(wanted / ofImage, 1));
    } else {
        plan.imageBatches = images;
        plan.rowBatches =
            divideUp(plan.grid.rows, std::max<int64_t>(wanted / plan.grid.columns, 1));
    }
    plan.batchImages = divideUp(images, plan.imageBatches);
    plan.batchRows = divideUp(plan.grid.rows, plan.rowBatches);
    const int64_t bands = plan.gather.groups * plan.packing.bands();
    plan.shares =
        std::clamp<int64_t>(wantedParts / 2 / (plan.imageBatches * plan.rowBatches), 1, bands);
    plan.widestShare = widestShare(plan);
}

ResultShare gatherShare(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const WinogradGatherPlan*>(problem);
    const Image& result = plan.gather.result;
    const Packing& p = plan.packing;
    const int64_t share = part % plan.shares, batch = part / plan.shares;
    const int64_t rowBatch = batch % plan.rowBatches, imageBatch = batch / plan.rowBatches;
    const int64_t image = result.n * imageBatch / plan.imageBatches;
    const int64_t images = result.n * (imageBatch + 1) / plan.imageBatches - image;
    const auto blockOf = [&](int64_t band) {
        return band / p.bands() * (p.padded(p.results()) / blockWidth) +
               p.bandBegin(band % p.bands()) / blockWidth;
    };
    const int64_t first = blockOf(plan.bandBegin(share));
    const int64_t rows = plan.grid.rows;
    return {.first = image * result.channelBlocks() + first,
            .count = blockOf(plan.bandBegin(share + 1)) - first,
            .repeats = images,
            .stride = result.channelBlocks(),
            .firstRow = rows * rowBatch / plan.rowBatches * tileSize,
            .endRow = std::min(rows * (rowBatch + 1) / plan.rowBatches * tileSize, result.h)};
}

ResultShare gatherReads(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const WinogradGatherPlan*>(problem);
    const ResultShare results = gatherShare(problem, part);
    const Image &source = plan.gather.source, &result = plan.gather.result;
    const TapRange rows = sourceRows(plan.gather, results.firstRow, results.endRow);
    return {.first = results.first / result.channelBlocks() * source.channelBlocks(),
            .count = results.repeats * source.channelBlocks(),
            .firstRow = rows.begin,
            .endRow = rows.end};
}

Kernel makeGather(const Conv2dProblem& pr, ConvPass pass) {
    auto plan = std::make_shared<WinogradGatherPlan>();
    plan->gather = pass == ConvPass::Forward ? gatherForward(pr) : gatherData(pr);
    plan->packing = *pr.packing;
    plan->grid = gridOf(plan->gather.result);
    plan->rowOffset = plan->gather.rowClasses[0].offset;
    plan->columnOffset = plan->gather.columnClasses[0].offset;
    chooseBatches(*plan);
    Kernel kernel;
    kernel.parts[0] = plan->imageBatches * plan->rowBatches * plan->shares;
    kernel.scratchBytes = frequencies * int64_t{sizeof(float)} *
                          (WinogradGatherPlan::stride(plan->batchTiles() * plan->sourceStride()) +
                           WinogradGatherPlan::stride(plan->batchTiles() * plan->resultStride()));
    kernel.run = winogradGatherRun();
    kernel.share = gatherShare;
    if (plan->shares <= mostSharers) kernel.reads = gatherReads;
    kernel.problem = std::move(plan);
    return kernel;
}

/// Image groups for parts enough, and such that what a part reads of x stays in the second-level
/// cache, where it may be made right before. Each costs a set of sums, and wants so many tiles that
/// adding those up does not matter: where that leaves too few, what a part reads lies elsewhere.
int64_t imageGroups(const WinogradWeightsPlan& plan) {
    constexpr int64_t groupTiles = 64, sumBytes = 8 * 1024 * 1024, partBytes = 384 * 1024;
    const BlockedWeightsPlan& all = plan.sums;
    const int64_t parts = all.problem.groups * plan.filterParts * plan.sourceParts;
    const int64_t bytes = all.pairs() * all.pairFloats() * int64_t{sizeof(float)};
    const int64_t images = all.problem.y.n;
    const int64_t most = std::clamp<int64_t>(
        std::min(sumBytes / bytes, images * plan.grid.tiles() / groupTiles), 1, images);
    const int64_t imageBytes =
        plan.sourceBlocks * all.problem.x.planeStride() * int64_t{sizeof(float)};
    const int64_t cached = divideUp(images, std::max<int64_t>(partBytes / imageBytes, 1));
    const int64_t wanted = std::min(divideUp(wantedParts, parts), most);
    return cached <= most ? std::max(wanted, cached) : wanted;
}

/// Blocks of filters and channels of a part: their sums lie near the second-level cache beside the
/// frequencies of a batch.
void split(WinogradWeightsPlan& plan) {
    constexpr int64_t mostBlocks = 4;
    BlockedWeightsPlan& all = plan.sums;
    const auto cut = [](int64_t blocks, int64_t& each, int64_t& parts) {
        parts = divideUp(blocks, mostBlocks);
        each = divideUp(blocks, parts);
        parts = divideUp(blocks, each);
    };
    cut(all.filterBlocks, plan.filterBlocks, plan.filterParts);
    cut(all.sourceBlocks, plan.sourceBlocks, plan.sourceParts);
    plan.batchTiles = 32;
    all.imageGroups = imageGroups(plan);
}

int64_t scratchFloats(const WinogradWeightsPlan& plan) {
    const int64_t sums = plan.sourceBlocks * plan.filterBlocks * blockWidth * blockWidth;
    return frequencies * (WinogradGatherPlan::stride(plan.batchTiles * plan.sourceStride()) +
                          WinogradGatherPlan::stride(plan.batchTiles * plan.filterStride()) +
                          WinogradGatherPlan::stride(sums));
}

ResultShare partReads(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const WinogradWeightsPlan*>(problem);
    const BlockedWeightsPlan& all = plan.sums;
    const int64_t begin = part % plan.sourceParts * plan.sourceBlocks;
    const int64_t rest = part / plan.sourceParts / plan.filterParts;
    return weightsReads(all, rest / all.problem.groups, rest % all.problem.groups, begin,
                        std::min(begin + plan.sourceBlocks, all.sourceBlocks));
}

Kernel makeWeights(const Conv2dProblem& pr) {
    auto plan = std::make_shared<WinogradWeightsPlan>();
    BlockedWeightsPlan& all = plan->sums;
    all = blockedWeightsPlan(pr);
    plan->grid = gridOf(pr.y);
    split(*plan);
    Kernel kernel;
    kernel.phases = 2;
    kernel.parts = {all.imageGroups * pr.groups * plan->filterParts * plan->sourceParts,
                    all.pairs(), 1};
    kernel.workspaceBytes =
        all.imageGroups * all.pairs() * all.pairFloats() * int64_t{sizeof(float)};
    kernel.scratchBytes = scratchFloats(*plan) * int64_t{sizeof(float)};
    kernel.run = winogradWeightsRun();
    if (plan->filterParts <= mostSharers) kernel.reads = partReads;
    kernel.problem = std::move(plan);
    return kernel;
}

Kernel make(const Conv2dProblem& pr, ConvPass pass) {
    Kernel kernel = pass == ConvPass::Weights ? makeWeights(pr) : makeGather(pr, pass);
    kernel.name = conv2dKernelName(pass, conv2dBlockedWinograd.name);
    return kernel;
}

/// Measured, in seconds on one core: the transforms of one tile and block of 16 channels, and the
/// multiply-adds of the products.
struct Rates {
    double source, result, flopsPerSecond;
};
Rates rates() {
    if (instructionSet().floatLanes == 16) return {16e-9, 14e-9, 215e9};
    return {45e-9, 35e-9, 13e9 * instructionSet().floatLanes};
}
constexpr double filterBytesPerSecond = 25e9;

}  // namespace

const Conv2dCandidate conv2dBlockedWinograd = {
    "blocked winograd", Layout::Blocked, Algorithm::Winograd, true, refusal, packing, make};

std::string_view whyNotWinograd(const Conv2dProblem& pr) {
    if (!pr.window.isFlat() || !isThreeByThree(pr.window.rows) ||
        !isThreeByThree(pr.window.columns))
        return "wants kernels of 3 × 3 with stride and dilation 1";
    if (pr.x.c / pr.groups < blockWidth || pr.y.c / pr.groups < blockWidth)
        return "wants 16 channels and filters";
    return {};
}

bool clipsPatches(const Image& result, int64_t channels) {
    // Of a patch's transform; rows that are missing above and below cost nothing. So much may it
    // add to a tile.
    constexpr double clipping = 0.6, most = 0.015;
    const Rates rate = rates();
    const double clipped = std::min(1.0, 2 / static_cast<double>(gridOf(result).columns));
    const double products = 2 * frequencies * blockWidth *
                            static_cast<double>(blocksOf(channels) * blockWidth) /
                            rate.flopsPerSecond;
    return clipped * clipping * rate.source <= most * (rate.source + rate.result + products);
}

double winogradSeconds(const Conv2dProblem& pr, ConvPass pass) {
    const Rates rate = rates();
    const Image& result = pass == ConvPass::Data ? pr.x : pr.y;
    const double tiles = static_cast<double>(result.n * gridOf(result).tiles());
    const int64_t channels = pr.x.c / pr.groups, filters = pr.y.c / pr.groups;
    const auto c = static_cast<double>(channels), k = static_cast<double>(filters);
    const double sourceBlocks =
        static_cast<double>(blocksOf(pass == ConvPass::Data ? filters : channels));
    const double resultBlocks =
        static_cast<double>(blocksOf(pass == ConvPass::Data ? channels : filters));
    const double padded = static_cast<double>(blocksOf(channels) * blocksOf(filters)) * 256;
    const double products = 2 * frequencies * padded * tiles / rate.flopsPerSecond;
    const auto groups = static_cast<double>(pr.groups);
    if (pass == ConvPass::Weights) {
        const double again = std::ceil(resultBlocks / 4), other = std::ceil(sourceBlocks / 4);
        const double transforms =
            tiles * (sourceBlocks * again * rate.source + resultBlocks * other * rate.result);
        return groups * (products + transforms + 16 * 2 * c * k * 9 / 1e9 / 4);
    }
    const double batches = std::ceil(tiles / static_cast<double>(wantedTiles(channels, filters)));
    const double filterBytes = padded * frequencies * sizeof(float);
    return groups * (products + tiles * (sourceBlocks * rate.source + resultBlocks * rate.result) +
                     batches * filterBytes / filterBytesPerSecond);
}

}  // namespace vitrine::kernels
