// SPDX-License-Identifier: Apache-2.0
// Tiles of a product on tensor cores: operands are rounded to a format while they are put into
// shared memory, sums are f32. A warp has 32 × 32 elements (32 × 16 where there are few columns) as
// pieces of 16 × 8. Devices without such cores, and the host, multiply the same rounded numbers.
#pragma once

#include "kernels/cuda/formats.h"
#include "kernels/cuda/tiles.h"

namespace vitrine::kernels::cuda {

/// Words of depth that a block has in shared memory at once.
inline constexpr int tensorWords = 16;

template <class Source, class Format, int tileRows, int tileColumns>
struct TensorTile : TileGrid<Source, tileRows, tileColumns, tensorWords * Format::perWord> {
    using Grid = TileGrid<Source, tileRows, tileColumns, tensorWords * Format::perWord>;
    using typename Grid::Cut;
    static constexpr int perWord = Format::perWord, tileDepth = tensorWords * perWord;
    static constexpr int tileHeight = tileRows, tileWidth = tileColumns;
    using SourceOf = Source;
    static constexpr int warpRows = 32, warpColumns = tileColumns < 32 ? tileColumns : 32;
    static constexpr int warpsDown = tileRows / warpRows, warpsAcross = tileColumns / warpColumns;
    static constexpr int down = warpRows / 16, across = warpColumns / 8, pieces = down * across;
    /// So far apart that the lanes of a warp, which read eight rows of four words, meet no bank
    /// twice.
    static constexpr int pitch = tensorWords + 4;
    static_assert(warpsDown * warpsAcross * 32 == blockThreads);
    struct Shared {
        uint32_t a[tileRows][pitch], b[tileColumns][pitch];
    };
    struct Own {
        float sum[pieces][4];
        Cut cut;
        int row, column;   ///< of the warp in the tile
        int quad, inQuad;  ///< which four lanes of the warp, and which of them
    };

    VITRINE_BOTH void begin(ThreadPlace at, Shared&, Own& own) const {
        const int warp = at.thread / 32, lane = at.thread % 32;
        own.cut = this->cutOf(at.block);
        own.row = warp % warpsDown * warpRows;
        own.column = warp / warpsDown * warpColumns;
        own.quad = lane / 4;
        own.inQuad = lane % 4;
        VITRINE_UNROLL
        for (int p = 0; p < pieces; ++p)
            for (int q = 0; q < 4; ++q) own.sum[p][q] = 0;
    }

    VITRINE_BOTH void load(int step, ThreadPlace at, Shared& shared, Own& own) const {
        const Cut& cut = own.cut;
        const int64_t first = cut.firstDepth + int64_t{step} * tileDepth;
        if constexpr (Wide<Source>)
            if (this->isWide()) return loadQuads(first, at, shared, cut);
        for (int e = at.thread; e < tileRows * tensorWords; e += blockThreads) {
            const int m = this->source.aAlongM ? e % tileRows : e / tensorWords;
            const int word = this->source.aAlongM ? e / tileRows : e % tensorWords;
            float numbers[perWord];
            VITRINE_UNROLL
            for (int h = 0; h < perWord; ++h)
                numbers[h] = this->a(cut, cut.firstRow + m, first + word * perWord + h);
            shared.a[m][word] = Format::pack(numbers);
        }
        for (int e = at.thread; e < tileColumns * tensorWords; e += blockThreads) {
            const int n = this->source.bAlongN ? e % tileColumns : e / tensorWords;
            const int word = this->source.bAlongN ? e / tileColumns : e % tensorWords;
            float numbers[perWord];
            VITRINE_UNROLL
            for (int h = 0; h < perWord; ++h)
                numbers[h] = this->b(cut, first + word * perWord + h, cut.firstColumn + n);
            shared.b[n][word] = Format::pack(numbers);
        }
    }

    VITRINE_BOTH void loadQuads(int64_t first, ThreadPlace at, Shared& shared,
                                const Cut& cut) const {
        const auto a = [&](int m, int k) { return this->aQuad(cut, cut.firstRow + m, first + k); };
        const auto b = [&](int n, int k) {
            return this->bQuad(cut, first + k, cut.firstColumn + n);
        };
        if constexpr (Source::aAlongM)
            loadAcross<tileRows>(at, a, shared.a);
        else
            loadAlong<tileRows>(at, a, shared.a);
        if constexpr (Source::bAlongN)
            loadAcross<tileColumns>(at, b, shared.b);
        else
            loadAlong<tileColumns>(at, b, shared.b);
    }
    /// Quads along the depth: each is words of one line.
    template <int lines, class Get>
    VITRINE_BOTH static void loadAlong(ThreadPlace at, Get get, uint32_t (&words)[lines][pitch]) {
        constexpr int quads = tileDepth / 4, perQuad = 4 / perWord;
        for (int e = at.thread; e < lines * quads; e += blockThreads) {
            const int line = e / quads, quad = e % quads;
            const Quad loaded = get(line, quad * 4);
            VITRINE_UNROLL
            for (int w = 0; w < perQuad; ++w) {
                float numbers[perWord];
                VITRINE_UNROLL
                for (int h = 0; h < perWord; ++h) numbers[h] = loaded.number[w * perWord + h];
                words[line][quad * perQuad + w] = Format::pack(numbers);
            }
        }
    }
    /// Quads across the depth: a word of each of four lines.
    template <int lines, class Get>
    VITRINE_BOTH static void loadAcross(ThreadPlace at, Get get, uint32_t (&words)[lines][pitch]) {
        for (int e = at.thread; e < lines / 4 * tensorWords; e += blockThreads) {
            const int line = e % (lines / 4) * 4, word = e / (lines / 4);
            Quad loaded[perWord];
            VITRINE_UNROLL
            for (int h = 0; h < perWord; ++h) loaded[h] = get(line, word * perWord + h);
            VITRINE_UNROLL
            for (int i = 0; i < 4; ++i) {
                float numbers[perWord];
                VITRINE_UNROLL
                for (int h = 0; h < perWord; ++h) numbers[h] = loaded[h].number[i];
                words[line + i][word] = Format::pack(numbers);
            }
        }
    }

#ifdef VITRINE_TENSOR_CORES
    VITRINE_BOTH void work(int, ThreadPlace, Shared& shared, Own& own) const {
        VITRINE_UNROLL
        for (int first = 0; first < tensorWords; first += 8) {
            const int word = first + own.inQuad;
            uint32_t right[across][2];
            VITRINE_UNROLL
            for (int j = 0; j < across; ++j) {
                const int n = own.column + j * 8 + own.quad;
                right[j][0] = shared.b[n][word];
                right[j][1] = shared.b[n][word + 4];
            }
            VITRINE_UNROLL
            for (int i = 0; i < down; ++i) {
                const int m = own.row + i * 16 + own.quad;
                const uint32_t left[4] = {shared.a[m][word], shared.a[m + 8][word],
                                          shared.a[m][word + 4], shared.a[m + 8][word + 4]};
                VITRINE_UNROLL
                for (int j = 0; j < across; ++j)
                    Format::multiply(own.sum[i * across + j], left, right[j]);
            }
        }
    }
#else
    VITRINE_BOTH void work(int, ThreadPlace, Shared& shared, Own& own) const {
        VITRINE_UNROLL
        for (int e = 0; e < pieces * 4; ++e) {
            const uint32_t* const left = shared.a[rowOf(own, e)];
            const uint32_t* const right = shared.b[columnOf(own, e)];
            float& sum = own.sum[e / 4][e % 4];
            for (int word = 0; word < tensorWords; ++word)
                for (int h = 0; h < perWord; ++h)
                    sum += Format::number(left[word], h) * Format::number(right[word], h);
        }
    }
#endif

    /// `visit(row, column, sum)` of every element that a thread has, by its place in the tile.
    template <class Visit>
    VITRINE_BOTH void each(ThreadPlace, Own& own, Visit visit) const {
        VITRINE_UNROLL
        for (int e = 0; e < pieces * 4; ++e)
            visit(rowOf(own, e), columnOf(own, e), own.sum[e / 4][e % 4]);
    }
    VITRINE_BOTH void finish(ThreadPlace at, Shared&, Own& own) const {
        each(at, own,
             [&](int row, int column, float sum) { this->put(own.cut, row, column, sum); });
    }

    /// Where in the tile element `e` of a thread's belongs: four of each piece.
    VITRINE_BOTH static int rowOf(const Own& own, int e) {
        return own.row + e / 4 / across * 16 + own.quad + e % 4 / 2 * 8;
    }
    VITRINE_BOTH static int columnOf(const Own& own, int e) {
        return own.column + e / 4 % across * 8 + own.inQuad * 2 + e % 2;
    }
};

}  // namespace vitrine::kernels::cuda
