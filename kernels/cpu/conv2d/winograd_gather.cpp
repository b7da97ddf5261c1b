// SPDX-License-Identifier: Apache-2.0
// Forward and data by F(4 × 4, 3 × 3): the patches of a batch of tiles into frequencies, a matrix
// product for each of the 36, and the products back into pixels. What lies between stays in the
// scratch of the thread, near the second-level cache.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/winograd_gather.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d/halo.h"
#include "kernels/cpu/conv2d/winograd-inl.h"
#include "kernels/cpu/conv2d/winograd.h"
#include "kernels/cpu/finish-inl.h"
#include "kernels/cpu/upcoming.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// Tiles whose sums stay in registers beside a line of filters and one broadcast.
constexpr int productTiles(int V) {
    if (HWY_TARGET == HWY_AVX3) return V == 2 ? 12 : 16;
    return V == 2 ? 6 : 3;
}

/// What a part works on: the batch and its place in the scratch.
struct Batch {
    const WinogradGatherPlan* plan;
    int64_t image, images, row, rows;  ///< rows of tiles
    float *source, *result;            ///< [frequency][tile][channel], [frequency][tile][result]
    int64_t sourcePlane, resultPlane;  ///< floats between frequencies

    int64_t tiles() const { return images * rows * plan->grid.columns; }
};

/// Calls visit(image, row, column, tile): row and column are those of the tile's first pixel.
template <class Visit>
HWY_INLINE void forEachTile(const Batch& batch, Visit visit) {
    int64_t tile = 0;
    for (int64_t i = 0; i < batch.images; ++i)
        for (int64_t r = 0; r < batch.rows; ++r)
            for (int64_t c = 0; c < batch.plan->grid.columns; ++c, ++tile)
                visit(batch.image + i, (batch.row + r) * tileSize, c * tileSize, tile);
}

/// All source channels of a group.
void transformSource(const Batch& batch, const float* source, int64_t group) {
    const WinogradGatherPlan& plan = *batch.plan;
    const Conv2dGather& g = plan.gather;
    const int64_t blocks = plan.packing.paddedSources() / blockWidth;
    const int64_t planeStride = g.source.planeStride(), allBlocks = g.source.channelBlocks();
    forEachTile(batch, [&](int64_t image, int64_t row, int64_t column, int64_t tile) HWY_ATTR {
        const float* from = source + (image * allBlocks + group * blocks) * planeStride;
        float* to = batch.source + tile * plan.sourceStride();
        const int64_t h = row + plan.rowOffset, w = column + plan.columnOffset;
        for (int64_t block = 0; block < blocks; ++block) {
            const SourcePlane plane{from + g.source.origin(), g.source.h, g.source.w, g.source.halo,
                                    g.source.rowStride()};
            transformLines<patchSize>(plane, h, w, to, batch.sourcePlane,
                                      [](const FloatVector* d, FloatVector* m)
                                          HWY_ATTR { sourceFrequencies(d, m); });
            from += planeStride;
            to += blockWidth;
        }
    });
}

/// P tiles × V vectors of results of one frequency.
template <int P, int V>
HWY_NOINLINE void multiplyTiles(const float* HWY_RESTRICT source, int64_t sourceStride,
                                int64_t channels, const float* HWY_RESTRICT filters, float* result,
                                int64_t resultStride) {
    FloatVector sums[P][V];
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p)
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) sums[p][v] = hn::Zero(Floats());
#pragma GCC unroll 4
    for (int64_t c = 0; c < channels; ++c, filters += V * lanesOfVector) {
        FloatVector line[V];
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) line[v] = load(filters + v * lanesOfVector);
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p) {
            const FloatVector value = broadcast(source[p * sourceStride + c]);
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) sums[p][v] = hn::MulAdd(value, line[v], sums[p][v]);
        }
    }
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p)
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v)
            store(sums[p][v], result + p * resultStride + v * lanesOfVector);
}

template <int P, int V>
HWY_INLINE void multiplyTilesOf(int64_t tiles, const float* source, int64_t sourceStride,
                                int64_t channels, const float* filters, float* result,
                                int64_t resultStride) {
    if constexpr (P > 0) {
        if (tiles == P)
            return multiplyTiles<P, V>(source, sourceStride, channels, filters, result,
                                       resultStride);
        multiplyTilesOf<P - 1, V>(tiles, source, sourceStride, channels, filters, result,
                                  resultStride);
    }
}

/// P tiles of 16 channels and 16 results, beside the filters of a frequency in registers.
template <int P>
HWY_INLINE void multiplyNarrowTiles(const FloatVector (&filters)[blockWidth],
                                    const float* HWY_RESTRICT source, float* HWY_RESTRICT result) {
    FloatVector sums[P];
#pragma GCC unroll 8
    for (int p = 0; p < P; ++p) sums[p] = hn::Zero(Floats());
#pragma GCC unroll 16
    for (int c = 0; c < blockWidth; ++c)
#pragma GCC unroll 8
        for (int p = 0; p < P; ++p)
            sums[p] = hn::MulAdd(broadcast(source[p * blockWidth + c]), filters[c], sums[p]);
#pragma GCC unroll 8
    for (int p = 0; p < P; ++p) store(sums[p], result + p * blockWidth);
}

/// One frequency of 16 channels and 16 results, whose tiles lie side by side.
HWY_NOINLINE void multiplyNarrow(int64_t tiles, const float* HWY_RESTRICT source,
                                 const float* HWY_RESTRICT packed, float* HWY_RESTRICT result) {
    constexpr int P = 8;
    FloatVector filters[blockWidth];
#pragma GCC unroll 16
    for (int c = 0; c < blockWidth; ++c) filters[c] = load(packed + c * blockWidth);
    int64_t t = 0;
    for (; t + P <= tiles; t += P)
        multiplyNarrowTiles<P>(filters, source + t * blockWidth, result + t * blockWidth);
    for (; t < tiles; ++t)
        multiplyNarrowTiles<1>(filters, source + t * blockWidth, result + t * blockWidth);
}

/// One frequency and band, in pieces that differ by one tile at most.
template <int V>
void multiplyBand(const Batch& batch, const float* source, const float* filters, float* result) {
    constexpr int P = productTiles(V);
    const WinogradGatherPlan& plan = *batch.plan;
    if constexpr (V == 1 && HWY_TARGET == HWY_AVX3)
        if (plan.isNarrow()) return multiplyNarrow(batch.tiles(), source, filters, result);
    const int64_t tiles = batch.tiles(), pieces = (tiles + P - 1) / P;
    for (int64_t piece = 0; piece < pieces; ++piece) {
        const int64_t t = tiles * piece / pieces;
        multiplyTilesOf<P, V>(tiles * (piece + 1) / pieces - t, source + t * plan.sourceStride(),
                              plan.sourceStride(), plan.gather.sourceChannels, filters,
                              result + t * plan.resultStride(), plan.resultStride());
    }
}

/// Bands [first, last) of a group, side by side in the batch's result.
void multiply(const Batch& batch, const float* packed, int64_t group, int64_t first, int64_t last,
              Aheads ahead) {
    const Packing& p = batch.plan->packing;
    for (int64_t f = 0; f < frequencies; ++f) {
        ahead.ask();
        const float* const source = batch.source + f * batch.sourcePlane;
        for (int64_t band = first; band < last; ++band) {
            const int64_t width = p.bandWidth(band);
            const float* const filters =
                packed + p.bandOffset(group, band) + f * p.paddedSources() * width;
            float* const result =
                batch.result + f * batch.resultPlane + p.bandBegin(band) - p.bandBegin(first);
            if (width == blockWidth)
                multiplyBand<vectorsOfPixel>(batch, source, filters, result);
            else if constexpr (vectorsOfPixel == 1)
                multiplyBand<2>(batch, source, filters, result);
        }
    }
}

/// Results of a row of a tile: those that are there.
template <class Visit>
HWY_INLINE void forEachColumn(int64_t columns, Visit visit) {
#pragma GCC unroll 4
    for (int j = 0; j < tileSize; ++j) {
        if (j >= columns) return;
        visit(j);
    }
}

/// What is done to results before they are stored.
struct Steps {
    const float* bias;  ///< of the vector's channels; may be null
    Finish finish;
    const float *center, *scale, *shift;  ///< its numbers by channel

    /// The first `columns` of a row of a tile; `added` and `gate` may be null.
    HWY_INLINE void operator()(FloatVector (&row)[tileSize], int64_t columns, const float* added,
                               const float* gate) const {
        if (bias) all(row, [&](FloatVector x) HWY_ATTR { return hn::Add(x, load(bias)); });
        if (finish.normalizes()) all(row, Affine{load(center), load(scale), load(shift)});
        if (added)
            forEachColumn(columns, [&](int j) HWY_ATTR {
                row[j] = hn::Add(row[j], load(added + j * blockWidth));
            });
        withActivation(finish, [&](auto activation) HWY_ATTR { all(row, activation); });
        if (gate)
            forEachColumn(columns, [&](int j) HWY_ATTR {
                row[j] = reluGate(row[j], load(gate + j * blockWidth));
            });
    }

  private:
    template <class Function>
    HWY_INLINE static void all(FloatVector (&row)[tileSize], const Function& function) {
#pragma GCC unroll 4
        for (FloatVector& x : row) x = function(x);
    }
};

/// The same of a whole block of channels, in lines of their own.
class BlockSteps {
  public:
    BlockSteps(const Conv2dGather& g, const GatherOperands& data, int64_t block)
        : m_finish(finishOf(g)), m_hasBias(data.bias) {
        const int64_t first = block * blockWidth;
        m_channels.fill(data.finish, first, g.result.c, blockWidth);
        for (int64_t k = 0; m_hasBias && k < blockWidth; ++k)
            m_bias[k] = first + k < g.result.c ? data.bias[first + k] : 0;
    }
    Steps at(int64_t lane) const {
        return {.bias = m_hasBias ? m_bias + lane : nullptr,
                .finish = m_finish,
                .center = m_channels.center + lane,
                .scale = m_channels.scale + lane,
                .shift = m_channels.shift + lane};
    }

  private:
    Finish m_finish;
    bool m_hasBias;
    HWY_ALIGN float m_bias[blockWidth];
    FinishLines m_channels;
};

/// Where the results of a tile go, and what lies beside them.
struct TilePlace {
    float* to;
    const float *added, *gate;  ///< may be null
    int64_t rowStride, addedStride;
    int64_t rows, columns;  ///< pixels that are there, of four at most
};

/// The pixels of one tile and block of results.
HWY_INLINE void transformResult(const float* from, int64_t plane, const TilePlace& place,
                                const Steps& steps) {
    transformBoth<patchSize, tileSize>(
        [&](int i, int j) HWY_ATTR { return load(from + (i * patchSize + j) * plane); },
        [](const FloatVector* m, FloatVector* y) HWY_ATTR { results(m, y); },
        [&](int i, const FloatVector(&made)[tileSize]) HWY_ATTR {
            if (i >= place.rows) return;
            FloatVector row[tileSize] = {made[0], made[1], made[2], made[3]};
            steps(row, place.columns, place.added ? place.added + i * place.addedStride : nullptr,
                  place.gate ? place.gate + i * place.rowStride : nullptr);
            float* const to = place.to + i * place.rowStride;
            forEachColumn(place.columns,
                          [&](int j) HWY_ATTR { store(row[j], to + j * blockWidth); });
        });
}

/// One block of results: of all tiles, and the halo of their rows.
void transformBlock(const Batch& batch, const GatherOperands& data, int64_t block,
                    const float* from) {
    const Conv2dGather& g = batch.plan->gather;
    const int64_t planeStride = g.result.planeStride(), blocks = g.result.channelBlocks();
    const int64_t end = HWY_MIN((batch.row + batch.rows) * tileSize, g.result.h);
    for (int64_t i = 0; i < batch.images; ++i)
        zeroHaloOfRows(g.result, data.result + ((batch.image + i) * blocks + block) * planeStride,
                       batch.row * tileSize, end);
    const BlockSteps steps(g, data, block);
    const int64_t addedStride = g.finish ? g.finish->addedImage.rowStride() : 0;
    forEachTile(batch, [&](int64_t image, int64_t row, int64_t column, int64_t tile) HWY_ATTR {
        const int64_t plane = image * blocks + block, across = column * blockWidth;
        const int64_t at =
            plane * planeStride + g.result.origin() + row * g.result.rowStride() + across;
        const float* const added = addedPlane(g, data, plane);
        for (int64_t lane = 0; lane < blockWidth; lane += lanesOfVector)
            transformResult(from + tile * batch.plan->resultStride() + lane, batch.resultPlane,
                            {.to = data.result + at + lane,
                             .added = added ? added + row * addedStride + across + lane : nullptr,
                             .gate = data.gate ? data.gate + at + lane : nullptr,
                             .rowStride = g.result.rowStride(),
                             .addedStride = addedStride,
                             .rows = g.result.h - row,
                             .columns = g.result.w - column},
                            steps.at(lane));
    });
}

Batch batchOf(const WinogradGatherPlan& plan, int64_t number, float* scratch) {
    const int64_t rowBatch = number % plan.rowBatches, imageBatch = number / plan.rowBatches;
    Batch batch{};
    batch.plan = &plan;
    batch.image = plan.gather.result.n * imageBatch / plan.imageBatches;
    batch.images = plan.gather.result.n * (imageBatch + 1) / plan.imageBatches - batch.image;
    batch.row = plan.grid.rows * rowBatch / plan.rowBatches;
    batch.rows = plan.grid.rows * (rowBatch + 1) / plan.rowBatches - batch.row;
    batch.sourcePlane = WinogradGatherPlan::stride(plan.batchTiles() * plan.sourceStride());
    batch.resultPlane = WinogradGatherPlan::stride(plan.batchTiles() * plan.resultStride());
    batch.source = scratch;
    batch.result = scratch + frequencies * batch.sourcePlane;
    return batch;
}

/// Where the batch has results, in an image like that: `blocks` blocks from `block` on.
Ahead resultAhead(const Batch& batch, const Image& image, const float* data, int64_t block,
                  int64_t blocks) {
    if (!isFar(image)) return {};
    const bool isWhole = blocks == image.channelBlocks();
    return {image,
            data,
            batch.image * image.channelBlocks() + block,
            isWhole ? batch.images * blocks : blocks,
            batch.row * tileSize,
            (batch.row + batch.rows) * tileSize};
}

/// What the batch reads of a group.
Ahead sourceAhead(const Batch& batch, const float* source, int64_t group) {
    const WinogradGatherPlan& plan = *batch.plan;
    const Image& image = plan.gather.source;
    const int64_t blocks = plan.packing.paddedSources() / blockWidth;
    const int64_t first = batch.row * tileSize + plan.rowOffset;
    return {image,
            source,
            batch.image * image.channelBlocks() + group * blocks,
            plan.gather.groups == 1 ? batch.images * blocks : blocks,
            first,
            first + batch.rows * tileSize + patchSize - tileSize};
}

/// What is read after a group: the next one of the batch, or the first of the next batch.
Ahead nextSource(const Batch& batch, const float* source, int64_t number, int64_t group) {
    const WinogradGatherPlan& plan = *batch.plan;
    if (plan.shares > 1 || !isFar(plan.gather.source)) return {};
    if (group + 1 < plan.gather.groups) return sourceAhead(batch, source, group + 1);
    if (number + 1 == plan.imageBatches * plan.rowBatches) return {};
    return sourceAhead(batchOf(plan, number + 1, nullptr), source, 0);
}

/// What is asked for beside the products of a group: its results and what lies beside them, the
/// next source, and what those around the kernel have left.
Aheads aheadOf(const Batch& batch, const GatherOperands& data, int64_t number, int64_t group,
               int64_t block, int64_t blocks) {
    const Conv2dGather& g = batch.plan->gather;
    Upcoming& upcoming = Upcoming::ofThread();
    Aheads ahead(frequencies);
    ahead.add(resultAhead(batch, g.result, data.result, block, blocks));
    if (data.gate) ahead.add(resultAhead(batch, g.result, data.gate, block, blocks));
    if (data.finish.added)
        ahead.add(resultAhead(batch, g.finish->addedImage, data.finish.added, block, blocks));
    if (!upcoming.isSourceMade()) ahead.add(nextSource(batch, data.source, number, group));
    ahead.add(upcoming.lines());
    upcoming.clear();
    return ahead;
}

/// Bands [first, last) of a group.
void runBands(const Batch& batch, const GatherOperands& data, int64_t number, int64_t group,
              int64_t first, int64_t last) {
    const Packing& p = batch.plan->packing;
    const int64_t begin = p.bandBegin(first), blocksOfGroup = p.padded(p.results()) / blockWidth;
    const int64_t block = group * blocksOfGroup + begin / blockWidth;
    const int64_t blocks = (p.bandBegin(last - 1) + p.bandWidth(last - 1) - begin) / blockWidth;
    transformSource(batch, data.source, group);
    multiply(batch, data.packed, group, first, last,
             aheadOf(batch, data, number, group, block, blocks));
    for (int64_t i = 0; i < blocks; ++i)
        transformBlock(batch, data, block + i, batch.result + i * blockWidth);
}

void runGather(const void* problem, void* const* operands, Workspace workspace, int, int64_t part) {
    const auto& plan = *static_cast<const WinogradGatherPlan*>(problem);
    const GatherOperands data = gatherOperands(plan.gather, operands);
    const int64_t bands = plan.packing.bands(), share = part % plan.shares;
    const int64_t number = part / plan.shares, last = plan.bandBegin(share + 1);
    const Batch batch = batchOf(plan, number, static_cast<float*>(workspace.own));
    for (int64_t next = plan.bandBegin(share); next < last;) {
        const int64_t group = next / bands, first = next % bands;
        const int64_t end = HWY_MIN(bands, first + last - next);
        runBands(batch, data, number, group, first, end);
        next += end - first;
    }
}

}  // namespace

Kernel::Run winogradGather() { return runGather; }

}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels {
namespace cpu {
namespace {
HWY_EXPORT(winogradGather);
Kernel::Run chosen() { return HWY_DYNAMIC_DISPATCH(winogradGather)(); }
}  // namespace
}  // namespace cpu
Kernel::Run winogradGatherRun() { return cpu::chosen(); }
}  // namespace vitrine::kernels
#endif
