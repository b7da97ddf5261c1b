// SPDX-License-Identifier: Apache-2.0
// The adjoint in the weights by F(4 × 4, 3 × 3): patches of x and tiles of dy into frequencies, for
// each of the 36 a matrix product over the tiles, and at the end the frequencies back into taps.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/winograd_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d/winograd-inl.h"
#include "kernels/cpu/conv2d/winograd.h"
#include "kernels/cpu/upcoming.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// Filters of a product's tile as vectors, and source channels beside them: as many sums as the
/// registers hold.
constexpr int productVectors = HWY_TARGET == HWY_AVX3 ? 2 : vectorsOfPixel;
constexpr int productChannels(int V) {
    if (HWY_TARGET == HWY_AVX3) return V == 2 ? 12 : 16;
    return HWY_TARGET == HWY_AVX2 ? 6 : 3;
}

/// What a part works on, with its place in the scratch.
struct Share {
    const WinogradWeightsPlan* plan;
    int64_t group, firstFilter, filterBlocks, firstSource, sourceBlocks;  ///< blocks of a group
    float *source, *gradient, *sums;  ///< [frequency][tile][channel]; [frequency][channel][filter]
    int64_t sourcePlane, gradientPlane, sumsPlane;  ///< floats between frequencies

    /// Blocks of the whole images.
    int64_t gradientBlock() const { return group * plan->sums.filterBlocks + firstFilter; }
    int64_t sourceBlock() const { return group * plan->sums.sourceBlocks + firstSource; }
    int64_t filters() const { return filterBlocks * blockWidth; }
    int64_t channels() const { return sourceBlocks * blockWidth; }
};

/// The frequencies of blocks of one image's tile.
template <int64_t size, class Transform>
HWY_INLINE void transformBlocks(const Image& image, const float* planes, int64_t blocks,
                                int64_t row, int64_t column, float* to, int64_t plane,
                                Transform transform) {
    for (int64_t block = 0; block < blocks; ++block, to += blockWidth)
        transformLines<size>(SourcePlane{planes + block * image.planeStride() + image.origin(),
                                         image.h, image.w, image.halo, image.rowStride()},
                             row, column, to, plane, transform);
}

/// Tiles [begin, end), counted through the images from the first on.
void transformTiles(const Share& share, const float* dy, const float* x, int64_t begin,
                    int64_t end) {
    const WinogradWeightsPlan& plan = *share.plan;
    const Conv2dProblem& pr = plan.sums.problem;
    const int64_t allFilters = pr.y.channelBlocks(), allSources = pr.x.channelBlocks();
    const int64_t dyBlock = share.gradientBlock(), xBlock = share.sourceBlock();
    for (int64_t tile = begin; tile < end; ++tile) {
        const int64_t image = tile / plan.grid.tiles(), place = tile % plan.grid.tiles();
        const int64_t row = place / plan.grid.columns * tileSize;
        const int64_t column = place % plan.grid.columns * tileSize;
        transformBlocks<patchSize>(
            pr.x, x + (image * allSources + xBlock) * pr.x.planeStride(), share.sourceBlocks,
            row - pr.window.rows.before, column - pr.window.columns.before,
            share.source + (tile - begin) * plan.sourceStride(), share.sourcePlane,
            [](const FloatVector* d, FloatVector* m) HWY_ATTR { sourceFrequencies(d, m); });
        transformBlocks<tileSize>(
            pr.y, dy + (image * allFilters + dyBlock) * pr.y.planeStride(), share.filterBlocks, row,
            column, share.gradient + (tile - begin) * plan.filterStride(), share.gradientPlane,
            [](const FloatVector* y, FloatVector* m) HWY_ATTR { gradientFrequencies(y, m); });
    }
}

/// C source channels × V vectors of filters of one frequency, over the tiles.
template <int C, int V>
HWY_NOINLINE void addProducts(const float* HWY_RESTRICT source, int64_t sourceStride,
                              const float* HWY_RESTRICT gradient, int64_t gradientStride,
                              int64_t tiles, float* HWY_RESTRICT to, int64_t toStride,
                              bool isFirst) {
    FloatVector sums[C][V];
#pragma GCC unroll 16
    for (int c = 0; c < C; ++c)
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v)
            sums[c][v] = isFirst ? hn::Zero(Floats()) : load(to + c * toStride + v * lanesOfVector);
#pragma GCC unroll 2
    for (int64_t t = 0; t < tiles; ++t, source += sourceStride, gradient += gradientStride) {
        FloatVector line[V];
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) line[v] = load(gradient + v * lanesOfVector);
#pragma GCC unroll 16
        for (int c = 0; c < C; ++c) {
            const FloatVector value = broadcast(source[c]);
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) sums[c][v] = hn::MulAdd(value, line[v], sums[c][v]);
        }
    }
#pragma GCC unroll 16
    for (int c = 0; c < C; ++c)
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) store(sums[c][v], to + c * toStride + v * lanesOfVector);
}

/// Calls addProducts<channels, V>.
template <int C, int V>
HWY_INLINE void addProductsOf(int64_t channels, const float* source, int64_t sourceStride,
                              const float* gradient, int64_t gradientStride, int64_t tiles,
                              float* to, int64_t toStride, bool isFirst) {
    if constexpr (C > 0) {
        if (channels == C)
            return addProducts<C, V>(source, sourceStride, gradient, gradientStride, tiles, to,
                                     toStride, isFirst);
        addProductsOf<C - 1, V>(channels, source, sourceStride, gradient, gradientStride, tiles, to,
                                toStride, isFirst);
    }
}

/// V vectors of filters of one frequency, all channels in pieces that differ by one at most.
template <int V>
void multiplyFilters(const Share& share, int64_t f, int64_t filter, int64_t tiles, bool isFirst) {
    const int64_t channels = share.channels();
    constexpr int C = productChannels(V);
    const int64_t pieces = (channels + C - 1) / C;
    for (int64_t piece = 0; piece < pieces; ++piece) {
        const int64_t c = channels * piece / pieces;
        addProductsOf<C, V>(channels * (piece + 1) / pieces - c,
                            share.source + f * share.sourcePlane + c, share.plan->sourceStride(),
                            share.gradient + f * share.gradientPlane + filter,
                            share.plan->filterStride(), tiles,
                            share.sums + f * share.sumsPlane + c * share.filters() + filter,
                            share.filters(), isFirst);
    }
}

/// All frequencies; beside them, a share for each of what the next batch reads, and of what comes
/// after the part.
void multiply(const Share& share, int64_t tiles, bool isFirst, Aheads next, Aheads& upcoming) {
    constexpr int64_t step = productVectors * lanesOfVector;
    for (int64_t f = 0; f < frequencies; ++f) {
        next.ask();
        upcoming.ask();
        int64_t filter = 0;
        for (; filter + step <= share.filters(); filter += step)
            multiplyFilters<productVectors>(share, f, filter, tiles, isFirst);
        if constexpr (step > blockWidth)
            if (filter < share.filters()) multiplyFilters<1>(share, f, filter, tiles, isFirst);
    }
}

/// One source channel and block of filters: frequencies to taps, into the sums of all parts.
HWY_INLINE void writeTaps(const float* from, int64_t plane, float* to, int64_t tapStride) {
    for (int64_t v = 0; v < vectorsOfPixel; ++v)
        transformBoth<patchSize, 3>(
            [&](int i, int j)
                HWY_ATTR { return load(from + (i * patchSize + j) * plane + v * lanesOfVector); },
            [](const FloatVector* m, FloatVector* g) HWY_ATTR { filterTaps(m, g); },
            [&](int i, const FloatVector(&made)[3]) HWY_ATTR {
                for (int j = 0; j < 3; ++j)
                    store(made[j], to + (i * 3 + j) * tapStride + v * lanesOfVector);
            });
}

void writeSums(const Share& share, float* to) {
    const BlockedWeightsPlan& plan = share.plan->sums;
    for (int64_t k = 0; k < share.filterBlocks; ++k) {
        const int64_t band = (share.firstFilter + k) / plan.width;
        const int64_t within = (share.firstFilter + k) % plan.width * blockWidth;
        const int64_t line = plan.bandWidth(band) * blockWidth;
        for (int64_t c = 0; c < share.channels(); ++c) {
            const int64_t block = share.firstSource + c / blockWidth;
            const int64_t pair = (share.group * plan.bands + band) * plan.sourceBlocks + block;
            writeTaps(share.sums + c * share.filters() + k * blockWidth, share.sumsPlane,
                      to + pair * plan.pairFloats() + c % blockWidth * line + within,
                      blockWidth * line);
        }
    }
}

/// The rows that tiles [begin, end) read, `before` rows above and below their own among them: of
/// all images where all blocks are the share's, else of the first.
Ahead rowsAhead(const TileGrid& grid, const Image& image, const void* data, int64_t block,
                int64_t blocks, int64_t begin, int64_t end, int64_t before) {
    if (begin == end || !isFar(image)) return {};
    const int64_t first = begin / grid.tiles(), last = (end - 1) / grid.tiles();
    const bool isOne = first == last;
    const auto rowOf = [&](int64_t tile) { return tile % grid.tiles() / grid.columns * tileSize; };
    const int64_t images = blocks == image.channelBlocks() ? last - first + 1 : 1;
    return {image,
            static_cast<const float*>(data),
            first * image.channelBlocks() + block,
            images * blocks,
            isOne ? rowOf(begin) - before : 0,
            isOne ? rowOf(end - 1) + tileSize + before : image.h};
}

Share shareOf(const WinogradWeightsPlan& plan, int64_t part, float* scratch) {
    const int64_t source = part % plan.sourceParts, rest = part / plan.sourceParts;
    const int64_t filter = rest % plan.filterParts;
    Share share{};
    share.plan = &plan;
    share.group = rest / plan.filterParts % plan.sums.problem.groups;
    share.firstFilter = filter * plan.filterBlocks;
    share.filterBlocks = HWY_MIN(plan.filterBlocks, plan.sums.filterBlocks - share.firstFilter);
    share.firstSource = source * plan.sourceBlocks;
    share.sourceBlocks = HWY_MIN(plan.sourceBlocks, plan.sums.sourceBlocks - share.firstSource);
    share.sourcePlane = WinogradGatherPlan::stride(plan.batchTiles * plan.sourceStride());
    share.gradientPlane = WinogradGatherPlan::stride(plan.batchTiles * plan.filterStride());
    share.sumsPlane = WinogradGatherPlan::stride(share.channels() * share.filters());
    share.source = scratch;
    share.gradient = share.source + frequencies * share.sourcePlane;
    share.sums = share.gradient + frequencies * share.gradientPlane;
    return share;
}

void runWeights(const void* problem, void* const* operands, Workspace workspace, int phase,
                int64_t part) {
    const auto& plan = *static_cast<const WinogradWeightsPlan*>(problem);
    const BlockedWeightsPlan& all = plan.sums;
    float* const sums = static_cast<float*>(workspace.shared);
    if (phase == 1) return reduceBlockedWeights(all, sums, static_cast<float*>(operands[2]), part);

    const int64_t partsOfGroup = all.problem.groups * plan.filterParts * plan.sourceParts;
    const int64_t imageGroup = part / partsOfGroup;
    const Share share = shareOf(plan, part % partsOfGroup, static_cast<float*>(workspace.own));
    const int64_t begin = all.imageBegin(imageGroup) * plan.grid.tiles();
    const int64_t end = all.imageBegin(imageGroup + 1) * plan.grid.tiles();
    const bool isSourceMade = Upcoming::ofThread().isSourceMade();
    Aheads upcoming(frequencies * ((end - begin + plan.batchTiles - 1) / plan.batchTiles));
    upcoming.add(Upcoming::ofThread().lines());
    for (int64_t tile = begin; tile < end; tile += plan.batchTiles) {
        const int64_t last = HWY_MIN(tile + plan.batchTiles, end);
        transformTiles(share, static_cast<const float*>(operands[0]),
                       static_cast<const float*>(operands[1]), tile, last);
        const int64_t next = HWY_MIN(last + plan.batchTiles, end);
        Aheads ahead(frequencies);
        ahead.add(rowsAhead(plan.grid, all.problem.y, operands[0], share.gradientBlock(),
                            share.filterBlocks, last, next, 0));
        if (!isSourceMade)
            ahead.add(rowsAhead(plan.grid, all.problem.x, operands[1], share.sourceBlock(),
                                share.sourceBlocks, last, next, all.problem.window.rows.before));
        multiply(share, last - tile, tile == begin, ahead, upcoming);
    }
    writeSums(share, sums + imageGroup * all.pairs() * all.pairFloats());
}

}  // namespace

Kernel::Run winogradWeights() { return runWeights; }

}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels {
namespace cpu {
namespace {
HWY_EXPORT(winogradWeights);
Kernel::Run chosen() { return HWY_DYNAMIC_DISPATCH(winogradWeights)(); }
}  // namespace
}  // namespace cpu
Kernel::Run winogradWeightsRun() { return cpu::chosen(); }
}  // namespace vitrine::kernels
#endif
