// SPDX-License-Identifier: Apache-2.0
// Forward and data with 16 channels in a line: a tile of neighbouring pixels × result channels in
// registers; every step broadcasts one source value for each pixel against a line of packed
// filters. Stride, dilation and the residues of data are only pixel strides and a table of taps.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/blocked_gather.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d/blocked.h"
#include "kernels/cpu/conv2d/halo.h"
#include "kernels/cpu/finish-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::blocked_gather::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
namespace steps = cpu::HWY_NAMESPACE;
using D = steps::Floats;
using Vec = steps::FloatVector;
constexpr D d{};
constexpr int lanes = static_cast<int>(hn::MaxLanes(D()));
constexpr int blockVectors = blockWidth / lanes;

/// Pixels of a tile of V vectors: what the registers hold beside a line of filters and one
/// broadcast. With several taps, wider ones than these measured no faster; with one, filters come
/// from the second-level cache, and the more pixels share them the better.
constexpr int tilePixels(int V, bool isPointwise) {
    if (HWY_TARGET == HWY_AVX3) return V == 2 ? isPointwise ? 14 : 8 : 16;
    return V == 2 ? 6 : 3;
}

/// An image that is added to the results of a row.
struct Added {
    const float* data = nullptr;  ///< result column 0, first block of the band; may be null
    int64_t step = 0, plane = 0;
    int64_t gap = 0;  ///< like resultGap
};

/// What the tiles of a row share.
struct Row {
    const float* source;  ///< source pixel of result column 0 without tap, first block of the chunk
    int64_t sourceStep, sourcePlane;
    const GatherTap* taps;
    int64_t tapCount;
    const float* packed;
    int64_t blocks, lastChannels;  ///< of the chunk
    int64_t blockFloats;           ///< packed floats of one source block
    int64_t tapFloats;             ///< and of one tap of it
    float* result;
    int64_t resultStep, resultPlane;
    int64_t resultColumns;  ///< where results begin a new line of their plane: joined rows only
    int64_t resultGap;      ///< floats that lie between those lines
    const float* bias;      ///< added by the first chunk; may be null
    const float* gate;      ///< may be null
    bool first, last;       ///< chunk of the sum
    Finish finish;          ///< of the last chunk
    const cpu::FinishLines* channels;  ///< its numbers by channel
    Added added;
    int64_t ahead;  ///< packed floats to those of the next chunk, to be fetched now; 0: none
    int64_t results, done;         ///< of the visit: pixels, and those that are made
    int64_t aheadBegin, aheadEnd;  ///< this tile's share of the lines of each tap and block
    bool neighbours;  ///< taps come in threes, each one result further than the one before
};

template <int P, int V>
using Tile = Vec[P][V];

constexpr int64_t vectorOffset(int v, int64_t plane) {
    return v / blockVectors * plane + v % blockVectors * lanes;
}

template <int P, int V>
HWY_INLINE void start(Tile<P, V>& sums, const Row& row) {
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
        const bool biased = row.first && row.bias;
        const Vec first = biased ? hn::LoadU(d, row.bias + v * lanes) : hn::Zero(d);
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p) sums[p][v] = first;
    }
}

/// Goes from result to result of a tile, in an image that may begin new lines between them.
class Walk {
  public:
    HWY_INLINE Walk(const Row& row, int64_t j, int64_t step, int64_t gap)
        : m_at(j * step), m_step(step), m_gap(gap), m_columns(row.resultColumns) {
        const int64_t lines = j / m_columns;
        m_at += lines * gap;
        m_left = m_columns - (j - lines * m_columns);
    }
    HWY_INLINE int64_t at() const { return m_at; }
    HWY_INLINE void next() {
        m_at += m_step;
        if (--m_left != 0) return;
        m_at += m_gap;
        m_left = m_columns;
    }

  private:
    int64_t m_at, m_step, m_gap, m_columns, m_left = 0;
};

/// Calls visit(sum, floats from pixel (0, 0) of the row) for every sum of the tile.
template <int P, int V, class Visit>
HWY_INLINE void forEachSum(Tile<P, V>& sums, Walk walk, int64_t plane, Visit visit) {
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) {
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) visit(sums[p][v], walk.at() + vectorOffset(v, plane));
        walk.next();
    }
}

/// The steps behind a sum.
template <int P, int V>
HWY_INLINE void takeSteps(Tile<P, V>& sums, const Row& row, int64_t j) {
    if (row.finish.normalizes()) {
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) {
            const steps::Affine affine{hn::Load(d, row.channels->center + v * lanes),
                                       hn::Load(d, row.channels->scale + v * lanes),
                                       hn::Load(d, row.channels->shift + v * lanes)};
#pragma GCC unroll 16
            for (int p = 0; p < P; ++p) sums[p][v] = affine(sums[p][v]);
        }
    }
    if (row.added.data)
        forEachSum<P, V>(sums, Walk(row, j, row.added.step, row.added.gap), row.added.plane,
                         [&](Vec& sum, int64_t at)
                             HWY_ATTR { sum = hn::Add(sum, hn::LoadU(d, row.added.data + at)); });
    steps::withActivation(row.finish, [&](auto activation) HWY_ATTR {
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p) {
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) sums[p][v] = activation(sums[p][v]);
        }
    });
}

/// Results from number j on: adds what earlier chunks gave (they keep sums short, and so exact),
/// and finishes them.
template <int P, int V>
HWY_INLINE void finish(Tile<P, V>& sums, const Row& row, int64_t j) {
    const Walk results(row, j, row.resultStep, row.resultGap);
    if (!row.first)
        forEachSum<P, V>(sums, results, row.resultPlane, [&](Vec& sum, int64_t at) HWY_ATTR {
            sum = hn::Add(hn::LoadU(d, row.result + at), sum);
        });
    if (row.last) takeSteps<P, V>(sums, row, j);
    if (row.last && row.gate)
        forEachSum<P, V>(sums, results, row.resultPlane, [&](Vec& sum, int64_t at) HWY_ATTR {
            sum = steps::reluGate(sum, hn::LoadU(d, row.gate + at));
        });
    forEachSum<P, V>(sums, results, row.resultPlane, [&](const Vec& sum, int64_t at) HWY_ATTR {
        hn::StoreU(sum, d, row.result + at);
    });
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

/// Into the second-level cache: what is in use keeps the first.
HWY_INLINE void prefetchFilters(const Row& row, const float* w) {
    for (int64_t line = row.aheadBegin; line < row.aheadEnd; ++line)
        __builtin_prefetch(w + row.ahead + line * blockWidth, 0, 2);
}

template <int P, int V>
HWY_INLINE void addTaps(Tile<P, V>& sums, const Row& row, const float* source) {
    constexpr int64_t line = V * lanes;
    for (int64_t block = 0; block < row.blocks; ++block) {
        const int64_t channels = block + 1 < row.blocks ? blockWidth : row.lastChannels;
        const float* const packed = row.packed + block * row.blockFloats;
        if (row.tapCount == 1)
            prefetchNext<P>(source + block * row.sourcePlane + row.taps[0].source, row.sourceStep);
        for (int64_t t = 0; t < row.tapCount; ++t) {
            const float* HWY_RESTRICT x = source + block * row.sourcePlane + row.taps[t].source;
            const float* HWY_RESTRICT w = packed + row.taps[t].filter * row.tapFloats;
            if (row.ahead != 0) prefetchFilters(row, w);
            if (channels == blockWidth) {
#pragma GCC unroll 4
                for (int c = 0; c < blockWidth; ++c)
                    addChannel<P, V>(sums, x + c, row.sourceStep, w + c * line);
            } else if (channels == 3) {  // of a picture
#pragma GCC unroll 3
                for (int c = 0; c < 3; ++c)
                    addChannel<P, V>(sums, x + c, row.sourceStep, w + c * line);
            } else {
                for (int64_t c = 0; c < channels; ++c)
                    addChannel<P, V>(sums, x + c, row.sourceStep, w + c * line);
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

template <int P, int V>
HWY_NOINLINE void computeTile(const Row& row, int64_t j) {
    Tile<P, V> sums;
    start<P, V>(sums, row);
    const float* const source = row.source + j * row.sourceStep;
    if constexpr (V == 1) {
        if (row.neighbours)
            addNeighbourTaps<P>(sums, row, source);
        else
            addTaps<P, V>(sums, row, source);
    } else {
        addTaps<P, V>(sums, row, source);
    }
    finish<P, V>(sums, row, j);
}

/// Calls computeTile<pixels, V>.
template <int P, int V>
HWY_INLINE void computeTileOf(int64_t pixels, const Row& row, int64_t j) {
    if constexpr (P > 0) {
        if (pixels == P) return computeTile<P, V>(row, j);
        computeTileOf<P - 1, V>(pixels, row, j);
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
        computeTileOf<P, V>(end - j, row, j);
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

void computeRows(const Part& part, int64_t begin, int64_t end) {
    const Conv2dGather& g = part.plan->gather;
    const int64_t classTaps = g.r * g.s, columnClasses = part.tables.columnClasses;
    if (isOneLongRow(g, part.tables)) return computeJoinedRows(part, begin, end);
    Row row = part.row;
    for (int64_t h = begin; h < end; ++h) {
        const int64_t rowClass = h % part.tables.rowClasses;
        const int64_t sourceRow = part.tables.rows[rowClass].scale * (h / part.tables.rowClasses);
        const TapRange taps = part.tables.rowTaps[h];
        for (int64_t k = 0; k < columnClasses; ++k) {
            const Conv2dAxis& axis = part.tables.columns[k];
            const int64_t at = h * g.result.rowStride() + axis.first * blockWidth;
            row.source = part.source + sourceRow * g.source.rowStride();
            row.sourceStep = axis.scale * blockWidth;
            row.taps = part.tables.taps + (rowClass * columnClasses + k) * classTaps +
                       taps.begin * axis.taps;
            row.neighbours = axis.taps == 3 && axis.offsetStep == axis.scale;
            row.tapCount = (taps.end - taps.begin) * axis.taps;
            row.result = part.result + at;
            row.resultStep = axis.step * blockWidth;
            row.resultColumns = HWY_MAX(axis.count, 1);
            row.gate = part.gate ? part.gate + at : nullptr;
            row.added = addedRow(part, h, axis.first, row.resultStep);
            computeRowOf(part.width, row, axis.count);
        }
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
};

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
    Row row{};
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

/// Some rows at a time, so that all bands and chunks find them in the second-level cache.
void runGather(const void* problem, void* const* operands, Workspace, int, int64_t index) {
    const auto& plan = *static_cast<const BlockedGatherPlan*>(problem);
    const int64_t share = index % plan.shares, strip = index / plan.shares % plan.strips;
    const Visit visit = {.plan = &plan,
                         .data = gatherOperands(plan.gather, operands),
                         .image = index / plan.shares / plan.strips,
                         .firstBand = plan.bandBegin(share),
                         .lastBand = plan.bandBegin(share + 1)};
    const int64_t last = plan.rowBegin(strip + 1);
    for (int64_t begin = plan.rowBegin(strip); begin < last; begin += plan.visitRows) {
        const int64_t end = HWY_MIN(begin + plan.visitRows, last);
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
