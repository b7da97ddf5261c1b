// SPDX-License-Identifier: Apache-2.0
// Products of matrices, tile by tile: y(m, n) = Σ_k a(m, k) · b(k, n), with a and b as a source
// says. A block makes a tile of y, 16 steps of k at a time, each thread 4 × 4 elements; where there
// are few tiles, k is cut into stretches whose sums are joined in order. What is cut, and every
// order, follow from the problem alone.
//
// A source is a plain value with `Places at`, a type Number and
//   ProductSize size                      extents
//   bool aAlongM, bAlongN                 neighbours that lie side by side
//   Number a(batch, m, k), b(batch, k, n)
//   void store(batch, m, n, Number)
#pragma once

#include "kernels/cuda/blocks.h"
#include "kernels/cuda/each.h"

namespace vitrine::kernels::cuda {

struct ProductSize {
    int64_t batches = 1, rows = 1, columns = 1, depth = 1;
    int64_t elements() const { return batches * rows * columns; }
};

template <class Source, int tileRows, int tileColumns>
struct Tile {
    using Number = typename Source::Number;
    static constexpr int tileDepth = 16, side = 4;
    static constexpr int threadsDown = tileRows / side, threadsAcross = tileColumns / side;
    static_assert(threadsDown * threadsAcross == blockThreads);
    struct Shared {
        Number a[tileDepth][tileRows + 1], b[tileDepth][tileColumns + 1];
    };
    /// Of a block.
    struct Cut {
        int64_t batch, stretch, firstRow, firstColumn, firstDepth, endDepth;
    };
    struct Own {
        Number sum[side][side];
        Cut cut;
    };

    Source source;
    int64_t rowTiles = 1, columnTiles = 1, stretches = 1;
    Number* partial = nullptr;  ///< [stretch][batch][row][column]

    VITRINE_BOTH int64_t depthAt(int64_t stretch) const {
        return source.size.depth * stretch / stretches;
    }
    VITRINE_BOTH Cut cutOf(int64_t block) const {
        Cut cut;
        cut.firstRow = block % rowTiles * tileRows;
        block /= rowTiles;
        cut.firstColumn = block % columnTiles * tileColumns;
        block /= columnTiles;
        cut.stretch = block % stretches;
        cut.batch = block / stretches;
        cut.firstDepth = depthAt(cut.stretch);
        cut.endDepth = depthAt(cut.stretch + 1);
        return cut;
    }

    VITRINE_BOTH int steps(int64_t block) const {
        const Cut cut = cutOf(block);
        return static_cast<int>((cut.endDepth - cut.firstDepth + tileDepth - 1) / tileDepth);
    }
    VITRINE_BOTH void begin(ThreadPlace at, Shared&, Own& own) const {
        own.cut = cutOf(at.block);
        for (int i = 0; i < side; ++i)
            for (int j = 0; j < side; ++j) own.sum[i][j] = Number(0);
    }
    VITRINE_BOTH void load(int step, ThreadPlace at, Shared& shared, Own& own) const {
        const Cut& cut = own.cut;
        const int64_t first = cut.firstDepth + int64_t{step} * tileDepth;
        for (int e = at.thread; e < tileRows * tileDepth; e += blockThreads) {
            const int m = source.aAlongM ? e % tileRows : e / tileDepth;
            const int k = source.aAlongM ? e / tileRows : e % tileDepth;
            const int64_t row = cut.firstRow + m, depth = first + k;
            const bool isInside = row < source.size.rows && depth < cut.endDepth;
            shared.a[k][m] = isInside ? source.a(cut.batch, row, depth) : Number(0);
        }
        for (int e = at.thread; e < tileColumns * tileDepth; e += blockThreads) {
            const int n = source.bAlongN ? e % tileColumns : e / tileDepth;
            const int k = source.bAlongN ? e / tileColumns : e % tileDepth;
            const int64_t column = cut.firstColumn + n, depth = first + k;
            const bool isInside = column < source.size.columns && depth < cut.endDepth;
            shared.b[k][n] = isInside ? source.b(cut.batch, depth, column) : Number(0);
        }
    }
    VITRINE_BOTH void work(int, ThreadPlace at, Shared& shared, Own& own) const {
        const int m = at.thread % threadsDown, n = at.thread / threadsDown;
        for (int k = 0; k < tileDepth; ++k) {
            Number left[side], right[side];
            for (int i = 0; i < side; ++i) left[i] = shared.a[k][m + i * threadsDown];
            for (int j = 0; j < side; ++j) right[j] = shared.b[k][n + j * threadsAcross];
            for (int i = 0; i < side; ++i)
                for (int j = 0; j < side; ++j) own.sum[i][j] += left[i] * right[j];
        }
    }
    VITRINE_BOTH void finish(ThreadPlace at, Shared&, Own& own) const {
        const Cut& cut = own.cut;
        const int m = at.thread % threadsDown, n = at.thread / threadsDown;
        for (int j = 0; j < side; ++j)
            for (int i = 0; i < side; ++i) {
                const int64_t row = cut.firstRow + m + i * threadsDown;
                const int64_t column = cut.firstColumn + n + j * threadsAcross;
                if (row < source.size.rows && column < source.size.columns)
                    put(cut, row, column, own.sum[i][j]);
            }
    }
    VITRINE_BOTH void put(const Cut& cut, int64_t row, int64_t column, Number sum) const {
        const ProductSize& size = source.size;
        if (!partial) return source.store(cut.batch, row, column, sum);
        const int64_t matrix = cut.stretch * size.batches + cut.batch;
        partial[(matrix * size.rows + row) * size.columns + column] = sum;
    }
};

/// An item is an element of y: its stretches in order.
template <class Source>
struct JoinDepth {
    using Number = typename Source::Number;
    Source source;
    int64_t stretches = 1;
    const Number* partial = nullptr;
    VITRINE_BOTH void operator()(int64_t i) const {
        const ProductSize& size = source.size;
        const int64_t elements = size.batches * size.rows * size.columns;
        double sum = 0;
        for (int64_t s = 0; s < stretches; ++s)
            sum += static_cast<double>(partial[s * elements + i]);
        const int64_t row = i / size.columns;
        source.store(row / size.rows, row % size.rows, i % size.columns, static_cast<Number>(sum));
    }
};

/// A source, its tiles and its stretches.
template <class Source>
struct TiledProduct {
    Source source;
    size_t places = 0;
    int64_t tileColumns = 64, stretches = 1;

    int64_t tileRows() const { return 4096 / tileColumns; }
    int64_t rowTiles() const { return (source.size.rows + tileRows() - 1) / tileRows(); }
    int64_t columnTiles() const { return (source.size.columns + tileColumns - 1) / tileColumns; }
    int64_t tiles() const { return source.size.batches * rowTiles() * columnTiles(); }
};

template <int tileRows, int tileColumns, class Source>
DeviceStatus launchTiles(const Context& context, const TiledProduct<Source>& product,
                         const Source& source, typename Source::Number* partial) {
    const Tile<Source, tileRows, tileColumns> tile{
        source, product.rowTiles(), product.columnTiles(), product.stretches, partial};
    return launchBlocks(context, tile, product.tiles() * product.stretches);
}

template <class Source>
DeviceStatus launchProduct(DeviceContext* given, const void* problem, void* const* operands,
                           void* workspace) {
    const auto& product = *static_cast<const TiledProduct<Source>*>(problem);
    const Context& context = *contextOf(given);
    Source source = product.source;
    std::copy_n(operands, product.places, source.at.place);
    auto* const partial =
        product.stretches == 1 ? nullptr : static_cast<typename Source::Number*>(workspace);
    const DeviceStatus status = product.tileColumns == 16
                                    ? launchTiles<256, 16>(context, product, source, partial)
                                    : launchTiles<64, 64>(context, product, source, partial);
    if (status != DeviceStatus::Ok || !partial) return status;
    const int64_t elements = source.size.elements();
    return launch(context, eachKernel<JoinDepth<Source>>, elements,
                  JoinDepth<Source>{source, product.stretches, partial}, elements);
}

template <class Source>
DeviceStatus takeProduct(StreamKernel* kernel, const Call& call, const std::string& name,
                         const Source& source) {
    constexpr int64_t enoughBlocks = 512, leastDepth = 512, narrow = 24;
    TiledProduct<Source> product{.source = source, .places = call.operands.size()};
    if (source.size.columns <= narrow) product.tileColumns = 16;
    const int64_t most = std::max<int64_t>(1, enoughBlocks / product.tiles());
    product.stretches = std::clamp<int64_t>(source.size.depth / leastDepth, 1, most);
    if (product.stretches > 1)
        kernel->workspaceBytes = product.stretches * source.size.elements() *
                                 static_cast<int64_t>(sizeof(typename Source::Number));
    return take(kernel, name + " tiles CUDA", product, launchProduct<Source>);
}

}  // namespace vitrine::kernels::cuda
