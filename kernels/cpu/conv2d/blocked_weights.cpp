// SPDX-License-Identifier: Apache-2.0
// Weights with 16 channels in a line: source channels × column taps × result channels stay in
// registers while the pixels of a strip stream by. Every strip starts from zero, which shortens the
// sums: it is added to what the strips before it gave.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/blocked_weights.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d/blocked.h"
#include "kernels/cpu/upcoming.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::blocked_weights::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, blockWidth>;
using Vec = hn::VFromD<D>;
constexpr D d{};
constexpr int lanes = static_cast<int>(hn::MaxLanes(D()));
constexpr int blockVectors = blockWidth / lanes;

/// Sums of one vector of filters that the registers hold beside its line of dy and a broadcast.
constexpr int tileSums(int V) { return (HWY_TARGET == HWY_AVX3 ? 24 : 12) / V; }
/// Source channels in a tile of so many column taps.
constexpr int tileChannels(int taps, int V) {
    if (HWY_TARGET == HWY_AVX3 && taps == 1) return 8;
    return HWY_MAX(tileSums(V) / taps, 1);
}
/// Column taps in a tile: more where there are few channels, so that the sums hide the latency.
constexpr int mostTaps = 5, usualTaps = 3;
int64_t tileTaps(int64_t channels, int V) {
    return HWY_MAX(usualTaps, HWY_MIN(mostTaps, tileSums(V) / channels));
}

/// Lines of dy and x that one tile reads, and where its sums go.
struct Strip {
    const float* dy;
    const float* x;  ///< source pixel of the first result pixel and the tile's first tap, channel
    int64_t images, rows, columns;
    int64_t dyImage, dyRow, dyPlane;
    int64_t xImage, xRow, xStep, xTap;
    float* sums;
    int64_t sumsTap;          ///< floats between taps
    bool isFirst;             ///< nothing is in the sums yet
    int64_t xAhead, dyAhead;  ///< floats to the same strip of what comes next
    Aheads *own, *upcoming;   ///< lines of the next images, and what comes after the part
};

template <int C, int T, int V>
using Sums = Vec[C][T][V];

/// The pixels of one result row.
template <int C, int T, int V>
HWY_INLINE void addPixels(Sums<C, T, V>& sums, const Strip& strip, const float* HWY_RESTRICT dy,
                          const float* HWY_RESTRICT x) {
#pragma GCC unroll 2
    for (int64_t q = 0; q < strip.columns; ++q, dy += blockWidth, x += strip.xStep) {
        Vec up[V];
        if constexpr (T == 1) {
            hwy::Prefetch(x + strip.xAhead);
#pragma GCC unroll 4
            for (int v = 0; v < V; v += blockVectors)
                hwy::Prefetch(dy + strip.dyAhead + v / blockVectors * strip.dyPlane);
        }
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v)
            up[v] = hn::LoadU(d, dy + v / blockVectors * strip.dyPlane + v % blockVectors * lanes);
#pragma GCC unroll 5
        for (int t = 0; t < T; ++t)
#pragma GCC unroll 8
            for (int c = 0; c < C; ++c) {
                const Vec value = hn::Set(d, x[t * strip.xTap + c]);
#pragma GCC unroll 4
                for (int v = 0; v < V; ++v) sums[c][t][v] = hn::MulAdd(value, up[v], sums[c][t][v]);
            }
    }
}

template <int C, int T, int V>
HWY_NOINLINE void addStrip(const Strip& strip) {
    constexpr int64_t line = V * lanes;
    Sums<C, T, V> sums;
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c)
#pragma GCC unroll 5
        for (int t = 0; t < T; ++t)
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) sums[c][t][v] = hn::Zero(d);
    const float* dyImage = strip.dy;
    const float* xImage = strip.x;
    for (int64_t image = 0; image < strip.images; ++image) {
        const float* dyRow = dyImage;
        const float* xRow = xImage;
        for (int64_t row = 0; row < strip.rows; ++row) {
            addPixels<C, T, V>(sums, strip, dyRow, xRow);
            dyRow += strip.dyRow;
            xRow += strip.xRow;
        }
        dyImage += strip.dyImage;
        xImage += strip.xImage;
    }
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c)
#pragma GCC unroll 5
        for (int t = 0; t < T; ++t)
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) {
                float* const to = strip.sums + t * strip.sumsTap + c * line + v * lanes;
                const Vec sum = sums[c][t][v];
                hn::StoreU(strip.isFirst ? sum : hn::Add(hn::LoadU(d, to), sum), d, to);
            }
}

/// Calls addStrip<channels, T, V>.
template <int C, int T, int V>
HWY_INLINE void addStripOf(int64_t channels, const Strip& strip) {
    if constexpr (C > 0) {
        if (channels == C) return addStrip<C, T, V>(strip);
        addStripOf<C - 1, T, V>(channels, strip);
    }
}

/// All channels of the block, in tiles that differ by one channel at most.
template <int T, int V>
void addChannels(const Strip& taps, int64_t channels) {
    constexpr int C = tileChannels(T, V);
    const int64_t tiles = (channels + C - 1) / C;
    for (int64_t tile = 0; tile < tiles; ++tile) {
        const int64_t c = channels * tile / tiles;
        Strip strip = taps;
        strip.x += c;
        strip.sums += c * V * lanes;
        strip.own->ask();
        strip.upcoming->ask();
        addStripOf<C, T, V>(channels * (tile + 1) / tiles - c, strip);
    }
}

/// All column taps of a filter row.
template <int V>
void addTaps(const Strip& row, int64_t taps, int64_t channels) {
    const int64_t most = tileTaps(channels, V), tiles = (taps + most - 1) / most;
    for (int64_t tile = 0; tile < tiles; ++tile) {
        const int64_t t = taps * tile / tiles;
        Strip strip = row;
        strip.x += t * strip.xTap;
        strip.sums += t * strip.sumsTap;
        switch (taps * (tile + 1) / tiles - t) {
            case 1:
                addChannels<1, V>(strip, channels);
                break;
            case 2:
                addChannels<2, V>(strip, channels);
                break;
            case 3:
                addChannels<3, V>(strip, channels);
                break;
            case 4:
                addChannels<4, V>(strip, channels);
                break;
            default:
                addChannels<mostTaps, V>(strip, channels);
        }
    }
}

void addTapsOf(int64_t width, const Strip& row, int64_t taps, int64_t channels) {
    if (width == 1) return addTaps<blockVectors>(row, taps, channels);
    if constexpr (blockVectors == 1) addTaps<2>(row, taps, channels);
}

/// One band and source block of some images.
struct Pair {
    const BlockedWeightsPlan* plan;
    const TapRange* rows;
    const float* dy;  ///< pixel (0, 0) of the band's first plane
    const float* x;
    int64_t images, width, channels;
    float* sums;
    bool isFirst;       ///< nothing is in the sums yet
    bool isFirstBlock;  ///< nobody has read the band's lines yet
    Aheads *own, *upcoming;
};

/// Rows that lie behind each other without a gap are one long row.
void joinRows(Strip& strip) {
    if (strip.dyRow != strip.columns * blockWidth || strip.xRow != strip.columns * strip.xStep)
        return;
    strip.columns *= strip.rows;
    strip.rows = 1;
}

/// What a filter row meets of the result rows.
Strip stripOf(const Pair& pair, int64_t r, TapRange rows) {
    const Conv2dProblem& pr = pair.plan->problem;
    const WindowAxis &down = pr.window.rows, &across = pr.window.columns;
    const int64_t line = pair.width * blockWidth;
    const int64_t h = rows.begin * down.stride + r * down.dilation - down.before;
    Strip strip = {.dy = pair.dy + rows.begin * pr.y.rowStride(),
                   .x = pair.x + h * pr.x.rowStride() - across.before * blockWidth,
                   .images = pair.images,
                   .rows = rows.end - rows.begin,
                   .columns = pr.y.w,
                   .dyImage = pr.y.channelBlocks() * pr.y.planeStride(),
                   .dyRow = pr.y.rowStride(),
                   .dyPlane = pr.y.planeStride(),
                   .xImage = pr.x.channelBlocks() * pr.x.planeStride(),
                   .xRow = down.stride * pr.x.rowStride(),
                   .xStep = across.stride * blockWidth,
                   .xTap = across.dilation * blockWidth,
                   .sums = pair.sums + r * across.kernel * blockWidth * line,
                   .sumsTap = blockWidth * line,
                   .isFirst = pair.isFirst,
                   .xAhead = pr.x.planeStride(),
                   .dyAhead = pair.isFirstBlock ? pair.width * pr.y.planeStride() : 0,
                   .own = pair.own,
                   .upcoming = pair.upcoming};
    joinRows(strip);
    return strip;
}

/// Adds result rows [begin, end).
void addRows(const Pair& pair, int64_t begin, int64_t end) {
    const Window& window = pair.plan->problem.window;
    for (int64_t r = 0; r < window.rows.kernel; ++r) {
        const TapRange rows = {HWY_MAX(begin, pair.rows[r].begin), HWY_MIN(end, pair.rows[r].end)};
        const Strip strip = stripOf(pair, r, rows);
        if (rows.begin < rows.end)
            addTapsOf(pair.width, strip, window.columns.kernel, pair.channels);
        else if (pair.isFirst)
            for (int64_t i = 0; i < window.columns.kernel * strip.sumsTap; ++i) strip.sums[i] = 0;
    }
}

/// What a part covers.
struct Part {
    const BlockedWeightsPlan* plan;
    int64_t group, firstBand, lastBand, firstBlock, lastBlock;
    float* sums;  ///< of the group's first pair
    bool isSourceMade;
    Aheads* upcoming;

    /// About so many tiles go over each image, or over each few of them.
    int64_t tiles() const {
        constexpr int64_t ofBlock = 4;
        const Window& window = plan->problem.window;
        const int64_t strips = (plan->problem.y.h + plan->stripRows - 1) / plan->stripRows;
        return strips * (lastBlock - firstBlock) * (lastBand - firstBand) * window.rows.kernel *
               ofBlock;
    }
};

float* sumsOf(const Part& part, int64_t band, int64_t block) {
    return part.sums + (band * part.plan->sourceBlocks + block) * part.plan->pairFloats();
}

/// The lines of an image of which a part reads blocks [first, first + blocks).
Ahead imagesAhead(const Image& image, const void* data, int64_t n, int64_t images, int64_t first,
                  int64_t blocks) {
    if (!isFar(image)) return {};
    const bool isWhole = blocks == image.channelBlocks();
    return {image,
            static_cast<const float*>(data),
            n * image.channelBlocks() + first,
            isWhole ? images * blocks : blocks,
            0,
            image.h};
}

/// What images [n, n + images) bring; nothing where there are none.
Aheads nextImages(const Part& part, void* const* operands, int64_t n, int64_t images) {
    const BlockedWeightsPlan& plan = *part.plan;
    const Conv2dProblem& pr = plan.problem;
    Aheads ahead(part.tiles());
    if (images <= 0) return ahead;
    const int64_t dyBlock = part.firstBand * plan.width;
    const int64_t dyEnd = HWY_MIN(part.lastBand * plan.width, plan.filterBlocks);
    ahead.add(imagesAhead(pr.y, operands[0], n, images, part.group * plan.filterBlocks + dyBlock,
                          dyEnd - dyBlock));
    if (!part.isSourceMade)
        ahead.add(imagesAhead(pr.x, operands[1], n, images,
                              part.group * plan.sourceBlocks + part.firstBlock,
                              part.lastBlock - part.firstBlock));
    return ahead;
}

/// Strip by strip, so that all pairs find the strip's lines in the caches.
void addImages(const Part& part, const float* dy, const float* x, int64_t images, bool isFirst,
               Aheads own) {
    const BlockedWeightsPlan& plan = *part.plan;
    const Conv2dProblem& pr = plan.problem;
    for (int64_t begin = 0; begin < pr.y.h; begin += plan.stripRows)
        for (int64_t block = part.firstBlock; block < part.lastBlock; ++block)
            for (int64_t band = part.firstBand; band < part.lastBand; ++band) {
                const bool isLast = block + 1 == plan.sourceBlocks;
                const int64_t dyBlock = part.group * plan.filterBlocks + band * plan.width;
                const int64_t xBlock = part.group * plan.sourceBlocks + block;
                const Pair pair = {.plan = &plan,
                                   .rows = rowResults(plan),
                                   .dy = dy + dyBlock * pr.y.planeStride(),
                                   .x = x + xBlock * pr.x.planeStride(),
                                   .images = images,
                                   .width = plan.bandWidth(band),
                                   .channels = isLast ? plan.lastChannels : blockWidth,
                                   .sums = sumsOf(part, band, block),
                                   .isFirst = isFirst && begin == 0,
                                   .isFirstBlock = block == part.firstBlock,
                                   .own = &own,
                                   .upcoming = part.upcoming};
                addRows(pair, begin, HWY_MIN(begin + plan.stripRows, pr.y.h));
            }
}

void runWeights(const void* problem, void* const* operands, Workspace workspace, int phase,
                int64_t index) {
    const auto& plan = *static_cast<const BlockedWeightsPlan*>(problem);
    const Conv2dProblem& pr = plan.problem;
    float* const sums = static_cast<float*>(workspace.shared);
    if (phase == 1)
        return reduceBlockedWeights(plan, sums, static_cast<float*>(operands[2]), index);

    const int64_t blockShare = index % plan.blockShares, rest = index / plan.blockShares;
    const int64_t bandShare = rest % plan.bandShares;
    const int64_t group = rest / plan.bandShares % pr.groups;
    const int64_t imageGroup = rest / plan.bandShares / pr.groups;
    const int64_t firstPair = imageGroup * plan.pairs() + group * plan.bands * plan.sourceBlocks;
    const int64_t first = plan.imageBegin(imageGroup), last = plan.imageBegin(imageGroup + 1);
    const cpu::Upcoming& announced = cpu::Upcoming::ofThread();
    Part part = {.plan = &plan,
                 .group = group,
                 .firstBand = plan.bandBegin(bandShare),
                 .lastBand = plan.bandBegin(bandShare + 1),
                 .firstBlock = plan.blockBegin(blockShare),
                 .lastBlock = plan.blockBegin(blockShare + 1),
                 .sums = sums + firstPair * plan.pairFloats(),
                 .isSourceMade = announced.isSourceMade(),
                 .upcoming = nullptr};
    Aheads upcoming(part.tiles() * ((last - first + plan.stripImages - 1) / plan.stripImages));
    upcoming.add(announced.lines());
    part.upcoming = &upcoming;
    const float* const dy = static_cast<const float*>(operands[0]) + pr.y.origin();
    const float* const x = static_cast<const float*>(operands[1]) + pr.x.origin();
    for (int64_t n = first; n < last; n += plan.stripImages)
        addImages(part, dy + n * pr.y.channelBlocks() * pr.y.planeStride(),
                  x + n * pr.x.channelBlocks() * pr.x.planeStride(),
                  HWY_MIN(plan.stripImages, last - n), n == first,
                  nextImages(part, operands, n + plan.stripImages,
                             HWY_MIN(plan.stripImages, last - n - plan.stripImages)));
}

Kernel::Run weightsRun() { return runWeights; }

}  // namespace vitrine::kernels::blocked_weights::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels {
namespace blocked_weights {
HWY_EXPORT(weightsRun);
}
Kernel::Run blockedWeightsRun() { return HWY_DYNAMIC_DISPATCH(blocked_weights::weightsRun)(); }
}  // namespace vitrine::kernels
#endif
