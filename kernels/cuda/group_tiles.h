// SPDX-License-Identifier: Apache-2.0
// Tiles of a product for groups of four warps: two of them share 128 rows. Depth comes in two
// pieces of shared memory in turn: while one is multiplied, which nobody waits for, the other is
// filled.
#pragma once

#include "kernels/cuda/tiles.h"
#include "kernels/cuda/warp_groups.h"

namespace vitrine::kernels::cuda {

template <class Source, class Format, int tileColumns>
struct GroupTile : TileGrid<Source, 128, tileColumns, 16 * Format::perWord> {
    static constexpr int tileHeight = 128, tileWidth = tileColumns;
    using SourceOf = Source;
    static constexpr int words = 16, groupRows = 64, tileRows = 2 * groupRows, atOnce = 8;
    static constexpr int perWord = Format::perWord, sums = tileColumns / 2;
    using Grid = TileGrid<Source, tileRows, tileColumns, words * perWord>;
    using typename Grid::Cut;
    using Left = GroupOperand<tileRows, words>;
    using Right = GroupOperand<tileColumns, words>;
    static_assert(blockThreads == 256);

    struct Shared {
        alignas(128) uint32_t a[2][Left::size];
        alignas(128) uint32_t b[2][Right::size];
    };
    struct Own {
        float sum[sums];
        Cut cut;
        int firstRow;  ///< of the group in the tile
        int pending;   ///< on the host: the step that is still to be multiplied
    };

    VITRINE_BOTH void begin(ThreadPlace at, Shared&, Own& own) const {
        own.cut = this->cutOf(at.block);
        own.firstRow = at.thread / 128 * groupRows;
        own.pending = -1;
        VITRINE_UNROLL
        for (int e = 0; e < sums; ++e) own.sum[e] = 0;
    }

    /// A warp writes a core matrix, which meets each bank once, of eight rows side by side.
    VITRINE_BOTH void load(int step, ThreadPlace at, Shared& shared, Own& own) const {
        const Cut& cut = own.cut;
        const int64_t first = cut.firstDepth + int64_t{step} * words * perWord;
        fill<Left>(at.thread, shared.a[step % 2], [&](int row, int depth) {
            return this->a(cut, cut.firstRow + row, first + depth);
        });
        fill<Right>(at.thread, shared.b[step % 2], [&](int column, int depth) {
            return this->b(cut, first + depth, cut.firstColumn + column);
        });
#ifdef VITRINE_WARP_GROUPS
        showToGroups();
#endif
    }

    template <class Operand, class At>
    VITRINE_BOTH static void fill(int thread, uint32_t* shared, const At& number) {
        VITRINE_UNROLL
        for (int e = thread; e < Operand::size; e += blockThreads) {
            constexpr int rowGroups = Operand::nextDepth / Operand::coreBytes;
            const int core = e / Operand::coreWords;
            const int row = core % rowGroups * 8 + e % 8;
            const int word = core / rowGroups * 4 + e / 8 % 4;
            float numbers[perWord];
            VITRINE_UNROLL
            for (int h = 0; h < perWord; ++h) numbers[h] = number(row, word * perWord + h);
            shared[Operand::place(row, word)] = Format::pack(numbers);
        }
    }

    VITRINE_BOTH static uint64_t left(uint32_t start, int firstRow, int slice) {
        const uint32_t at = start + static_cast<uint32_t>(firstRow / 8 * Left::nextRows +
                                                          slice * 2 * Left::nextDepth);
        return groupDescriptor(at, Left::nextDepth, Left::nextRows);
    }
    VITRINE_BOTH static uint64_t right(uint32_t start, int slice) {
        return groupDescriptor(start + static_cast<uint32_t>(slice * 2 * Right::nextDepth),
                               Right::nextDepth, Right::nextRows);
    }

#if defined(VITRINE_WARP_GROUPS)
    VITRINE_BOTH void work(int step, ThreadPlace, Shared& shared, Own& own) const {
        const uint32_t a = sharedAddress(shared.a[step % 2]), b = sharedAddress(shared.b[step % 2]);
        beginGroup();
        VITRINE_UNROLL
        for (int slice = 0; slice < words / atOnce; ++slice)
            GroupInstructions<Format>::multiplyGroup(own.sum, left(a, own.firstRow, slice),
                                                     right(b, slice));
        commitGroup();
        waitForGroups<1>();
    }
    VITRINE_BOTH void lastWork(Shared&, ThreadPlace, Own&) const { waitForGroups<0>(); }
#elif defined(__CUDA_ARCH__)
    VITRINE_BOTH void work(int, ThreadPlace, Shared&, Own&) const {}  // nobody launches these
    VITRINE_BOTH void lastWork(Shared&, ThreadPlace, Own&) const {}
#else
    void work(int step, ThreadPlace at, Shared& shared, Own& own) const {
        lastWork(shared, at, own);
        own.pending = step;
    }
    void lastWork(Shared& shared, ThreadPlace at, Own& own) const {
        if (own.pending < 0) return;
        const auto startOf = [&](const void* operand) {
            return static_cast<uint32_t>(static_cast<const std::byte*>(operand) -
                                         reinterpret_cast<const std::byte*>(&shared));
        };
        const uint32_t a = startOf(shared.a[own.pending % 2]),
                       b = startOf(shared.b[own.pending % 2]);
        for (int slice = 0; slice < words / atOnce; ++slice)
            for (int e = 0; e < sums; ++e)
                own.sum[e] +=
                    groupSum<Format>(&shared, left(a, own.firstRow, slice), right(b, slice),
                                     groupRow(at.thread, e), groupColumn(at.thread, e));
    }
#endif

    /// `visit(row, column, sum)` of every element that a thread has, by its place in the tile.
    template <class Visit>
    VITRINE_BOTH void each(ThreadPlace at, Own& own, Visit visit) const {
        VITRINE_UNROLL
        for (int e = 0; e < sums; ++e)
            visit(own.firstRow + groupRow(at.thread, e), groupColumn(at.thread, e), own.sum[e]);
    }
    VITRINE_BOTH void finish(ThreadPlace at, Shared& shared, Own& own) const {
        lastWork(shared, at, own);
        each(at, own,
             [&](int row, int column, float sum) { this->put(own.cut, row, column, sum); });
    }
};

}  // namespace vitrine::kernels::cuda
