// SPDX-License-Identifier: Apache-2.0
// Forward and data with 16 channels in a line: a tile of neighbouring pixels × result channels in
// registers; every step broadcasts one source value for each pixel against a line of packed
// filters. Stride, dilation and the residues of data are only pixel strides and a table of taps.
// Every tile asks for a share of what is stored over, added and read next: without, 16 to 32
// channels of 32 × 32 pixels with stride 2 took half as long again, waiting for memory.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/blocked_gather.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d/blocked.h"
#include "kernels/cpu/conv2d/blocked_residues-inl.h"
#include "kernels/cpu/conv2d/halo.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::blocked_gather::HWY_NAMESPACE {

/// Pixels of a tile of V vectors: what the registers hold beside a line of filters and one
/// broadcast. With several taps, wider ones than these measured no faster; with one, filters come
/// from the second-level cache, and the more pixels share them the better.
constexpr int tilePixels(int V, bool isPointwise) {
    if (HWY_TARGET == HWY_AVX3) return V == 2 ? isPointwise ? 14 : 8 : 16;
    return V == 2 ? 6 : 3;
}

/// One source channel of one tap.
template <int P, int V>
HWY_INLINE void addChannel(Tile<P, V>& sums, const float* x, int64_t step, const float* w) {
    Vec weights[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) weights[v] = hn::LoadU(d, w + v * lanes);
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) {
        const Vec value = hn::Set(d, x[p * step]);
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) sums[p][v] = hn::MulAdd(value, weights[v], sums[p][v]);
    }
}

/// The lines of the next P pixels, which are those of the next tile.
template <int P>
HWY_INLINE void prefetchNext(const float* x, int64_t step) {
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) hwy::Prefetch(x + (P + p) * step);
}

/// All taps and blocks of the chunk. The source values of neighbouring results lie `Step` floats
/// apart; 0: as far as the row says.
template <int P, int V, int64_t Step>
HWY_INLINE void addTaps(Tile<P, V>& sums, const Row& row, const float* source) {
    constexpr int64_t line = V * lanes;
    const int64_t step = Step != 0 ? Step : row.sourceStep;
    for (int64_t block = 0; block < row.blocks; ++block) {
        const int64_t channels = block + 1 < row.blocks ? blockWidth : row.lastChannels;
        const float* const packed = row.packed + block * row.blockFloats;
        if (row.tapCount == 1)
            prefetchNext<P>(source + block * row.sourcePlane + row.taps[0].source, step);
        for (int64_t t = 0; t < row.tapCount; ++t) {
            const float* HWY_RESTRICT x = source + block * row.sourcePlane + row.taps[t].source;
            const float* HWY_RESTRICT w = packed + row.taps[t].filter * row.tapFloats;
            if (row.ahead != 0) prefetchFilters(row, w);
            if (channels == blockWidth) {
#pragma GCC unroll 4
                for (int c = 0; c < blockWidth; ++c)
                    addChannel<P, V>(sums, x + c, step, w + c * line);
            } else if (channels == 3) {  // of a picture
#pragma GCC unroll 3
                for (int c = 0; c < 3; ++c) addChannel<P, V>(sums, x + c, step, w + c * line);
            } else {
                for (int64_t c = 0; c < channels; ++c)
                    addChannel<P, V>(sums, x + c, step, w + c * line);
            }
        }
    }
}

/// The same for threes of neighbouring taps: source value q goes with tap t to pixel q − t, so one
/// broadcast serves three times. For tiles of one vector, which have too few uses of it otherwise.
template <int P>
HWY_INLINE void addNeighbourTaps(Tile<P, 1>& sums, const Row& row, const float* source) {
    for (int64_t block = 0; block < row.blocks; ++block) {
        const int64_t channels = block + 1 < row.blocks ? blockWidth : row.lastChannels;
        const float* const packed = row.packed + block * row.blockFloats;
        for (int64_t t = 0; t < row.tapCount; t += 3) {
            const GatherTap* const taps = row.taps + t;
            const float* HWY_RESTRICT x = source + block * row.sourcePlane + taps[0].source;
            const float* HWY_RESTRICT w = packed + taps[0].filter * row.tapFloats;
            const int64_t next = (taps[1].filter - taps[0].filter) * row.tapFloats;
#pragma GCC unroll 2
            for (int64_t c = 0; c < channels; ++c, ++x, w += lanes) {
                const Vec weights[3] = {hn::LoadU(d, w), hn::LoadU(d, w + next),
                                        hn::LoadU(d, w + 2 * next)};
#pragma GCC unroll 18
                for (int q = 0; q < P + 2; ++q) {
                    const Vec value = hn::Set(d, x[q * row.sourceStep]);
#pragma GCC unroll 3
                    for (int k = 0; k < 3; ++k)
                        if (q - k >= 0 && q - k < P)
                            sums[q - k][0] = hn::MulAdd(value, weights[k], sums[q - k][0]);
                }
            }
        }
    }
}

/// One tap. The compiler knows the usual steps: otherwise it makes the addresses of 14 pixels anew
/// for each block, which took a twentieth of the time. Those of 8 pixels stay in registers.
template <int P, int V>
HWY_INLINE void addOneTap(Tile<P, V>& sums, const Row& row, const float* source) {
    if (row.sourceStep == blockWidth) return addTaps<P, V, blockWidth>(sums, row, source);
    if (row.sourceStep == 2 * blockWidth) return addTaps<P, V, 2 * blockWidth>(sums, row, source);
    addTaps<P, V, 0>(sums, row, source);
}

template <int P, int V, bool IsPointwise>
HWY_NOINLINE void computeTile(const Row& row, int64_t j) {
    Tile<P, V> sums;
    start<P, V>(sums, row);
    const float* const source = row.source + j * row.sourceStep;
    if constexpr (IsPointwise) {
        addOneTap<P, V>(sums, row, source);
    } else if constexpr (V == 1) {
        if (row.neighbours)
            addNeighbourTaps<P>(sums, row, source);
        else
            addTaps<P, V, 0>(sums, row, source);
    } else {
        addTaps<P, V, 0>(sums, row, source);
    }
    finish<P, V>(sums, row, j);
}

/// Calls computeTile<pixels, V, IsPointwise>.
template <int P, int V, bool IsPointwise>
HWY_INLINE void computeTileOf(int64_t pixels, const Row& row, int64_t j) {
    if constexpr (P > 0) {
        if (pixels == P) return computeTile<P, V, IsPointwise>(row, j);
        computeTileOf<P - 1, V, IsPointwise>(pixels, row, j);
    }
}

/// Splits the row into tiles that differ by one pixel at most.
template <int V, bool IsPointwise>
void computeRow(Row& row, int64_t count) {
    constexpr int P = tilePixels(V, IsPointwise);
    const int64_t tiles = (count + P - 1) / P, lines = row.tapFloats / blockWidth;
    for (int64_t tile = 0; tile < tiles; ++tile) {
        const int64_t j = count * tile / tiles, end = count * (tile + 1) / tiles;
        if (row.ahead != 0) {
            row.aheadBegin = lines * (row.done + j) / row.results;
            row.aheadEnd = lines * (row.done + end) / row.results;
        }
        askAhead(row);
        computeTileOf<P, V, IsPointwise>(end - j, row, j);
    }
    row.done += count;
}

template <int V>
void computeRowOf(Row& row, int64_t count) {
    if (row.tapCount == 1)
        computeRow<V, true>(row, count);
    else
        computeRow<V, false>(row, count);
}

void computeRowOf(int64_t width, Row& row, int64_t count) {
    if (width == 1) return computeRowOf<blockVectors>(row, count);
    if constexpr (blockVectors == 1) computeRowOf<2>(row, count);
}

/// A part at one band and chunk.
struct Part {
    const BlockedGatherPlan* plan;
    GatherTables tables;
    const float* source;  ///< pixel (0, 0) of the chunk's first plane
    const float* gate;    ///< pixel (0, 0) of the band's first plane
    float* result;
    const float* added;  ///< and that of what is added; may be null
    int64_t width;
    Row row;  ///< all but what depends on row and column class
};

/// Whether results meet one source each, and those of a row lie right behind those of the row
/// before.
bool isOneLongRow(const Conv2dGather& g, const GatherTables& tables) {
    if (g.r * g.s != 1 || tables.rowClasses * tables.columnClasses != 1) return false;
    const Conv2dAxis &down = tables.rows[0], &across = tables.columns[0];
    return down.scale == 1 && down.offset == 0 && g.source.h == g.result.h && across.scale == 1 &&
           g.source.rowStride() == across.count * blockWidth;
}

/// What is added to the results of row h from a column on.
Added addedRow(const Part& part, int64_t h, int64_t column, int64_t step) {
    if (!part.added) return {};
    const Image& image = part.row.finish.addedImage;
    return {.data = part.added + h * image.rowStride() + column * blockWidth,
            .step = step,
            .plane = image.planeStride(),
            .gap = image.rowStride() - image.w * blockWidth};
}

/// Those of a row and column class.
const GatherTap* tapsOf(const Part& part, int64_t rowClass, int64_t columnClass) {
    const Conv2dGather& g = part.plan->gather;
    return part.tables.taps + (rowClass * part.tables.columnClasses + columnClass) * g.r * g.s;
}

/// Tiles go across rows then, which matters where rows are short.
void computeJoinedRows(const Part& part, int64_t begin, int64_t end) {
    const Conv2dGather& g = part.plan->gather;
    const int64_t at = begin * g.result.rowStride();
    Row row = part.row;
    row.source = part.source + begin * g.source.rowStride();
    row.sourceStep = row.resultStep = blockWidth;
    row.taps = part.tables.taps;
    row.tapCount = 1;
    row.result = part.result + at;
    row.gate = part.gate ? part.gate + at : nullptr;
    row.resultColumns = g.result.w;
    row.resultGap = g.result.rowStride() - g.result.w * blockWidth;
    row.added = addedRow(part, begin, 0, blockWidth);
    computeRowOf(part.width, row, (end - begin) * g.result.w);
}

/// The columns of one class in row h.
void computeColumns(const Part& part, Row& row, int64_t h, int64_t columnClass) {
    const Conv2dGather& g = part.plan->gather;
    const int64_t rowClass = h % part.tables.rowClasses;
    const TapRange taps = part.tables.rowTaps[h];
    const Conv2dAxis& axis = part.tables.columns[columnClass];
    const int64_t at = h * g.result.rowStride() + axis.first * blockWidth;
    row.sourceStep = axis.scale * blockWidth;
    row.taps = tapsOf(part, rowClass, columnClass) + taps.begin * axis.taps;
    row.neighbours = axis.taps == 3 && axis.offsetStep == axis.scale;
    row.tapCount = (taps.end - taps.begin) * axis.taps;
    row.result = part.result + at;
    row.resultStep = axis.step * blockWidth;
    row.resultColumns = HWY_MAX(axis.count, 1);
    row.gate = part.gate ? part.gate + at : nullptr;
    row.added = addedRow(part, h, axis.first, row.resultStep);
    computeRowOf(part.width, row, axis.count);
}

/// Row h, whose columns have one and two taps by turns.
void computeResidues(const Part& part, Row& row, int64_t h) {
    const Conv2dGather& g = part.plan->gather;
    const int64_t rowClass = h % part.tables.rowClasses, at = h * g.result.rowStride();
    const TapRange taps = part.tables.rowTaps[h];
    const bool beginsTwice = part.tables.columns[0].taps == 2;
    row.result = part.result + at;
    row.resultStep = blockWidth;
    row.resultColumns = g.result.w;
    row.gate = part.gate ? part.gate + at : nullptr;
    row.added = addedRow(part, h, 0, blockWidth);
    computeResidueRows(row,
                       {.once = tapsOf(part, rowClass, beginsTwice) + taps.begin,
                        .twice = tapsOf(part, rowClass, !beginsTwice) + 2 * taps.begin,
                        .rowTaps = taps.end - taps.begin,
                        .beginsTwice = beginsTwice,
                        .line = part.width * blockWidth},
                       part.width, g.result.w);
    row.done += g.result.w;
}

void computeRows(const Part& part, int64_t begin, int64_t end) {
    const Conv2dGather& g = part.plan->gather;
    if (isOneLongRow(g, part.tables)) return computeJoinedRows(part, begin, end);
    const bool withResidues = takesResidues(part.tables) && !part.row.finish.normalizes();
    Row row = part.row;
    for (int64_t h = begin; h < end; ++h) {
        const Conv2dAxis& down = part.tables.rows[h % part.tables.rowClasses];
        const int64_t sourceRow = down.scale * (h / part.tables.rowClasses);
        row.source = part.source + sourceRow * g.source.rowStride();
        if (withResidues)
            computeResidues(part, row, h);
        else
            for (int64_t k = 0; k < part.tables.columnClasses; ++k) computeColumns(part, row, h, k);
    }
}

/// The bias of a band's channels, from `first` on, in a line of its own: zero for those that are
/// not there.
void fillBias(const Conv2dGather& g, const float* bias, int64_t first, float* line) {
    const int64_t real = HWY_MIN(g.result.c - first, maxBandBlocks * blockWidth);
    for (int64_t k = 0; k < maxBandBlocks * blockWidth; ++k)
        line[k] = k < real ? bias[first + k] : 0;
}

/// What a part covers, and where it is.
struct Visit {
    const BlockedGatherPlan* plan;
    GatherOperands data;
    int64_t image, firstBand, lastBand;
    Aheads *next, *upcoming;
};

/// About so many tiles make a band of so many rows.
int64_t tilesOf(const BlockedGatherPlan& plan, int64_t rows) {
    const Conv2dGather& g = plan.gather;
    const int64_t pixels = tilePixels(static_cast<int>(plan.width) * blockVectors, g.r * g.s == 1);
    return rows * ((g.result.w + pixels - 1) / pixels);
}

/// What a band's rows are stored over, and what is added to them and gates them: the rest of it
/// while the first is made.
Aheads bandAhead(const Visit& visit, int64_t block, int64_t width, int64_t begin, int64_t end) {
    const Conv2dGather& g = visit.plan->gather;
    const int64_t first = visit.image * g.result.channelBlocks() + block;
    Aheads ahead(tilesOf(*visit.plan, end - begin));
    if (!isFar(g.result)) return ahead;
    for (int64_t plane = first; plane < first + width; ++plane) {
        ahead.add(Ahead(g.result, visit.data.result, plane, 1, begin, end));
        if (visit.data.gate) ahead.add(Ahead(g.result, visit.data.gate, plane, 1, begin, end));
        if (visit.data.finish.added)
            ahead.add(Ahead(g.finish->addedImage, visit.data.finish.added, plane, 1, begin, end));
    }
    for (int64_t tile = 0; tile < tilesOf(*visit.plan, 2); ++tile) ahead.ask();
    return ahead;
}

/// One band of result rows: what source blocks [chunk, chunkEnd) give.
void computeBand(const Visit& visit, int64_t bandOfAll, int64_t chunk, int64_t chunkEnd,
                 int64_t begin, int64_t end) {
    const BlockedGatherPlan& plan = *visit.plan;
    const Conv2dGather& g = plan.gather;
    const GatherOperands& data = visit.data;
    const int64_t group = bandOfAll / plan.bands, band = bandOfAll % plan.bands;
    const int64_t width = plan.bandWidth(band);
    const int64_t block = group * plan.resultBlocks + band * plan.width;
    const int64_t resultPlane = g.result.planeStride();
    const int64_t to = (visit.image * g.result.channelBlocks() + block) * resultPlane;
    const int64_t from = visit.image * g.source.channelBlocks() + group * plan.sourceBlocks + chunk;
    HWY_ALIGN float bias[maxBandBlocks * blockWidth];
    if (chunk == 0)
        for (int64_t b = 0; b < width; ++b)
            zeroHaloOfRows(g.result, data.result + to + b * resultPlane, begin, end);
    if (chunk == 0 && data.bias) fillBias(g, data.bias, block * blockWidth, bias);
    cpu::FinishLines channels;
    if (chunkEnd == plan.sourceBlocks)
        channels.fill(data.finish, block * blockWidth, g.result.c, width * blockWidth);
    Aheads own = chunk == 0 ? bandAhead(visit, block, width, begin, end) : Aheads(1);
    Row row{};
    row.own = &own;
    row.next = visit.next;
    row.upcoming = visit.upcoming;
    row.sourcePlane = g.source.planeStride();
    row.blockFloats = plan.blockFloats() * width;
    row.tapFloats = plan.packing.run * width * blockWidth;
    row.packed = data.packed + plan.packing.bandOffset(group, band) + chunk * row.blockFloats;
    row.blocks = chunkEnd - chunk;
    row.first = chunk == 0;
    row.last = chunkEnd == plan.sourceBlocks;
    row.lastChannels = row.last ? plan.lastChannels : blockWidth;
    row.resultPlane = resultPlane;
    row.bias = data.bias ? bias : nullptr;
    row.finish = finishOf(g);
    row.channels = &channels;
    row.ahead = plan.isStreamed ? row.blocks * row.blockFloats : 0;
    row.results = (end - begin) * g.result.w;
    computeRows({.plan = &plan,
                 .tables = gatherTables(g),
                 .source = data.source + from * row.sourcePlane + g.source.origin(),
                 .gate = data.gate ? data.gate + to + g.result.origin() : nullptr,
                 .result = data.result + to + g.result.origin(),
                 .added = addedPlane(g, data, visit.image * g.result.channelBlocks() + block),
                 .width = width,
                 .row = row},
                begin, end);
}

/// What the visit after that of rows [begin, end) reads, where that lies in memory, and is little
/// enough to stay in the second-level cache beside what this one reads. Of a part's own rows only
/// where pixels are skipped: others follow each other, which a core sees by itself, and asking for
/// them cost 64 channels of 32 × 32 pixels 3 %; with stride 2 it gained 5 to 14 % (Zen 4).
Ahead nextSource(const BlockedGatherPlan& plan, const float* source, int64_t part, int64_t begin,
                 int64_t end) {
    const Image& image = plan.gather.source;
    if (!isFar(image) || cpu::Upcoming::ofThread().isSourceMade()) return {};
    const bool isOfPart = end < plan.rowBegin(part / plan.shares % plan.strips + 1);
    const bool isStrided = gatherTables(plan.gather).columns[0].scale > 1;
    if (isOfPart && !isStrided) return {};
    if (!isOfPart && (plan.shares > 1 || part + 1 == plan.gather.result.n * plan.strips)) return {};
    const int64_t next = isOfPart ? part : part + 1, strip = next / plan.shares % plan.strips;
    const int64_t from = isOfPart ? end : plan.rowBegin(strip), last = plan.rowBegin(strip + 1);
    const int64_t to = isStrided ? HWY_MIN(from + plan.visitRows, last) : last;
    ResultShare reads = blockedGatherReads(plan, next, from, to);
    // This visit has read some of them.
    if (isOfPart) reads.firstRow = blockedGatherReads(plan, part, begin, end).endRow;
    if (reads.firstRow >= reads.endRow) return {};
    const Ahead ahead(image, source, reads.first, reads.count, reads.firstRow, reads.endRow);
    return ahead.lines() <= cpu::Upcoming::mostLines / 2 ? ahead : Ahead();
}

/// Some rows at a time, so that all bands and chunks find them in the second-level cache.
void runGather(const void* problem, void* const* operands, Workspace, int, int64_t index) {
    const auto& plan = *static_cast<const BlockedGatherPlan*>(problem);
    const int64_t share = index % plan.shares, strip = index / plan.shares % plan.strips;
    const int64_t first = plan.rowBegin(strip), last = plan.rowBegin(strip + 1);
    const int64_t bands = plan.bandBegin(share + 1) - plan.bandBegin(share);
    const int64_t chunks = (plan.sourceBlocks + plan.blockChunk - 1) / plan.blockChunk;
    const GatherOperands data = gatherOperands(plan.gather, operands);
    Aheads upcoming(tilesOf(plan, last - first) * bands * chunks);
    upcoming.add(cpu::Upcoming::ofThread().lines());
    for (int64_t begin = first; begin < last; begin += plan.visitRows) {
        const int64_t end = HWY_MIN(begin + plan.visitRows, last);
        Aheads next(tilesOf(plan, end - begin) * bands * chunks);
        next.add(nextSource(plan, data.source, index, begin, end));
        const Visit visit = {.plan = &plan,
                             .data = data,
                             .image = index / plan.shares / plan.strips,
                             .firstBand = plan.bandBegin(share),
                             .lastBand = plan.bandBegin(share + 1),
                             .next = &next,
                             .upcoming = &upcoming};
        for (int64_t band = visit.firstBand; band < visit.lastBand; ++band)
            for (int64_t chunk = 0; chunk < plan.sourceBlocks; chunk += plan.blockChunk)
                computeBand(visit, band, chunk, HWY_MIN(chunk + plan.blockChunk, plan.sourceBlocks),
                            begin, end);
    }
}

Kernel::Run gatherRun() { return runGather; }

}  // namespace vitrine::kernels::blocked_gather::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels {
namespace blocked_gather {
HWY_EXPORT(gatherRun);
}
Kernel::Run blockedGatherRun() { return HWY_DYNAMIC_DISPATCH(blocked_gather::gatherRun)(); }
}  // namespace vitrine::kernels
#endif
