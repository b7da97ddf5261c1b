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
//   Number store(batch, m, n, Number)     what was stored
#pragma once

#include <cstring>

#include "kernels/cuda/blocks.h"
#include "kernels/cuda/each.h"

namespace vitrine::kernels::cuda {

struct ProductSize {
    int64_t batches = 1, rows = 1, columns = 1, depth = 1;
    int64_t elements() const { return batches * rows * columns; }
};

/// Four numbers that are loaded at once.
struct alignas(16) Quad {
    float number[4];
};
VITRINE_BOTH inline Quad quadAt(const float* place) {
#ifdef __CUDA_ARCH__
    return *reinterpret_cast<const Quad*>(place);
#else
    Quad quad;
    std::memcpy(&quad, place, sizeof quad);
    return quad;
#endif
}

/// Sources whose neighbours can be loaded as quads: aQuad(batch, m, k) along m where aAlongM, else
/// along k; bQuad along n or k. They can where `isWide`, and then extents along them are multiples
/// of 4.
template <class Source>
concept Wide = requires(Source source) {
    source.isWide;
};

/// Sources whose results go through shared memory: something is done to them, or neighbours of a
/// row lie side by side.
template <class Source>
concept Staged = Wide<Source> || requires(Source source) {
    source.fused.chain.steps;
};

/// How a product is cut into blocks, each a tile of y over a stretch of k, and where sums go.
template <class Source, int tileRows, int tileColumns, int tileDepth>
struct TileGrid {
    using Number = typename Source::Number;
    /// Of a block.
    struct Cut {
        int64_t batch, stretch, firstRow, firstColumn, firstDepth, endDepth;
    };

    Source source;
    int64_t rowTiles = 1, columnTiles = 1, stretches = 1;
    Number* partial = nullptr;  ///< [stretch][batch][row][column]

    VITRINE_BOTH int64_t depthAt(int64_t stretch) const {
        if constexpr (Wide<Source>)
            if (source.isWide && !Source::aAlongM)
                return source.size.depth / 4 * stretch / stretches * 4;
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
    /// What lies past the end is zero.
    VITRINE_BOTH Number a(const Cut& cut, int64_t row, int64_t depth) const {
        const bool isInside = row < source.size.rows && depth < cut.endDepth;
        return isInside ? source.a(cut.batch, row, depth) : Number(0);
    }
    VITRINE_BOTH Number b(const Cut& cut, int64_t depth, int64_t column) const {
        const bool isInside = column < source.size.columns && depth < cut.endDepth;
        return isInside ? source.b(cut.batch, depth, column) : Number(0);
    }
    VITRINE_BOTH Quad aQuad(const Cut& cut, int64_t row, int64_t depth) const {
        const bool isInside = row < source.size.rows && depth < cut.endDepth;
        return isInside ? source.aQuad(cut.batch, row, depth) : Quad{};
    }
    VITRINE_BOTH Quad bQuad(const Cut& cut, int64_t depth, int64_t column) const {
        const bool isInside = column < source.size.columns && depth < cut.endDepth;
        return isInside ? source.bQuad(cut.batch, depth, column) : Quad{};
    }
    VITRINE_BOTH bool isWide() const {
        if constexpr (Wide<Source>)
            return source.isWide;
        else
            return false;
    }
    VITRINE_BOTH bool isInside(const Cut& cut, int row, int column) const {
        return cut.firstRow + row < source.size.rows &&
               cut.firstColumn + column < source.size.columns;
    }
    /// What was stored.
    VITRINE_BOTH Number store(const Cut& cut, int row, int column, Number sum) const {
        if (!isInside(cut, row, column)) return sum;
        return source.store(cut.batch, cut.firstRow + row, cut.firstColumn + column, sum);
    }
    VITRINE_BOTH void leave(const Cut& cut, int row, int column, Number sum) const {
        if (!isInside(cut, row, column)) return;
        const ProductSize& size = source.size;
        const int64_t matrix = cut.stretch * size.batches + cut.batch;
        partial[(matrix * size.rows + cut.firstRow + row) * size.columns + cut.firstColumn +
                column] = sum;
    }
    /// Sums that something is done to are stored by others than the thread that has them.
    VITRINE_BOTH void put(const Cut& cut, int row, int column, Number sum) const {
        if constexpr (Staged<Source>)
            leave(cut, row, column, sum);
        else if (partial)
            leave(cut, row, column, sum);
        else
            store(cut, row, column, sum);
    }
};

/// In units for multiplying and adding: a thread has 4 × 4 elements.
template <class Source, int tileRows, int tileColumns>
struct Tile : TileGrid<Source, tileRows, tileColumns, 16> {
    using Grid = TileGrid<Source, tileRows, tileColumns, 16>;
    using Number = typename Source::Number;
    using typename Grid::Cut;
    static constexpr int tileDepth = 16, side = 4;
    static constexpr int tileHeight = tileRows, tileWidth = tileColumns;
    using SourceOf = Source;
    static constexpr int threadsDown = tileRows / side, threadsAcross = tileColumns / side;
    static_assert(threadsDown * threadsAcross == blockThreads);
    struct Shared {
        Number a[tileDepth][tileRows + 1], b[tileDepth][tileColumns + 1];
    };
    struct Own {
        Number sum[side][side];
        Cut cut;
    };

    VITRINE_BOTH void begin(ThreadPlace at, Shared&, Own& own) const {
        own.cut = this->cutOf(at.block);
        for (int i = 0; i < side; ++i)
            for (int j = 0; j < side; ++j) own.sum[i][j] = Number(0);
    }
    VITRINE_BOTH void load(int step, ThreadPlace at, Shared& shared, Own& own) const {
        const Cut& cut = own.cut;
        const int64_t first = cut.firstDepth + int64_t{step} * tileDepth;
        if constexpr (Wide<Source>)
            if (this->isWide()) return loadQuads(first, at, shared, cut);
        for (int e = at.thread; e < tileRows * tileDepth; e += blockThreads) {
            const int m = this->source.aAlongM ? e % tileRows : e / tileDepth;
            const int k = this->source.aAlongM ? e / tileRows : e % tileDepth;
            shared.a[k][m] = this->a(cut, cut.firstRow + m, first + k);
        }
        for (int e = at.thread; e < tileColumns * tileDepth; e += blockThreads) {
            const int n = this->source.bAlongN ? e % tileColumns : e / tileDepth;
            const int k = this->source.bAlongN ? e / tileColumns : e % tileDepth;
            shared.b[k][n] = this->b(cut, first + k, cut.firstColumn + n);
        }
    }
    VITRINE_BOTH void loadQuads(int64_t first, ThreadPlace at, Shared& shared,
                                const Cut& cut) const {
        const auto along = [&](auto isAlong, int lines, auto get, auto put) {
            for (int e = at.thread; e < lines * tileDepth / 4; e += blockThreads) {
                const int line = isAlong ? e % (lines / 4) * 4 : e / (tileDepth / 4);
                const int k = isAlong ? e / (lines / 4) : e % (tileDepth / 4) * 4;
                const Quad quad = get(line, k);
                VITRINE_UNROLL
                for (int i = 0; i < 4; ++i)
                    put(isAlong ? line + i : line, isAlong ? k : k + i, quad.number[i]);
            }
        };
        along(
            std::bool_constant<Source::aAlongM>(), tileRows,
            [&](int m, int k) { return this->aQuad(cut, cut.firstRow + m, first + k); },
            [&](int m, int k, float number) { shared.a[k][m] = number; });
        along(
            std::bool_constant<Source::bAlongN>(), tileColumns,
            [&](int n, int k) { return this->bQuad(cut, first + k, cut.firstColumn + n); },
            [&](int n, int k, float number) { shared.b[k][n] = number; });
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
    /// `visit(row, column, sum)` of every element that a thread has, by its place in the tile.
    template <class Visit>
    VITRINE_BOTH void each(ThreadPlace at, Own& own, Visit visit) const {
        const int m = at.thread % threadsDown, n = at.thread / threadsDown;
        VITRINE_UNROLL
        for (int j = 0; j < side; ++j) VITRINE_UNROLL
        for (int i = 0; i < side; ++i)
            visit(m + i * threadsDown, n + j * threadsAcross, own.sum[i][j]);
    }
    VITRINE_BOTH void finish(ThreadPlace at, Shared&, Own& own) const {
        each(at, own,
             [&](int row, int column, Number sum) { this->put(own.cut, row, column, sum); });
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

}  // namespace vitrine::kernels::cuda
