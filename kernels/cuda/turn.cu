// SPDX-License-Identifier: Apache-2.0
// Images from row-major memory to channels side by side, and back: both are read and written in
// runs, through squares in shared memory.
#include "kernels/cuda/blocks.h"
#include "kernels/cuda/each.h"

namespace vitrine::kernels::cuda {

namespace {

/// Matrices [rows][columns], one behind the other, become [columns][rows]. A block is a square.
template <class Word>
struct Turn {
    static constexpr int side = 32;
    struct Shared {
        Word word[side][side + 1];
    };
    struct Own {};
    Places<2> at;
    int64_t rows = 1, columns = 1, squaresDown = 1, squaresAcross = 1;

    VITRINE_BOTH int steps(int64_t) const { return 1; }
    VITRINE_BOTH void begin(ThreadPlace, Shared&, Own&) const {}
    VITRINE_BOTH void finish(ThreadPlace, Shared&, Own&) const {}
    VITRINE_BOTH int64_t matrix(int64_t block) const {
        return block / (squaresDown * squaresAcross) * rows * columns;
    }
    VITRINE_BOTH int64_t firstRow(int64_t block) const {
        return block / squaresAcross % squaresDown * side;
    }
    VITRINE_BOTH int64_t firstColumn(int64_t block) const { return block % squaresAcross * side; }

    VITRINE_BOTH void load(int, ThreadPlace place, Shared& shared, Own&) const {
        const Word* const from = at.get<const Word>(0) + matrix(place.block);
        const int64_t column = firstColumn(place.block) + place.thread % side;
        for (int r = place.thread / side; r < side; r += blockThreads / side) {
            const int64_t row = firstRow(place.block) + r;
            if (row < rows && column < columns)
                shared.word[r][place.thread % side] = from[row * columns + column];
        }
    }
    VITRINE_BOTH void work(int, ThreadPlace place, Shared& shared, Own&) const {
        Word* const to = at.get<Word>(1) + matrix(place.block);
        const int64_t row = firstRow(place.block) + place.thread % side;
        for (int c = place.thread / side; c < side; c += blockThreads / side) {
            const int64_t column = firstColumn(place.block) + c;
            if (row < rows && column < columns)
                to[column * rows + row] = shared.word[place.thread % side][c];
        }
    }
};

template <class Word>
struct Turned {
    Turn<Word> body;
    int64_t blocks = 1;
};

template <class Word>
DeviceStatus launchTurn(DeviceContext* context, const void* problem, void* const* operands, void*) {
    auto turned = *static_cast<const Turned<Word>*>(problem);
    std::copy_n(operands, 2, turned.body.at.place);
    return launchBlocks(*contextOf(context), turned.body, turned.blocks);
}

}  // namespace

DeviceStatus bindReorder(Context& context, const Call& call, StreamKernel* kernel) {
    const Operand &x = call.in(0), &y = call.out(0);
    const bool toLast = isWhole(x) && isLast(y), toRows = isLast(x) && isWhole(y);
    if (const std::string why = whyNotIndexed(call); !why.empty())
        return refuse(kernel, "reorder", why);
    if (toRows && toLast) return bindCopy(context, call, kernel);
    if (!toLast && !toRows)
        return refuse(kernel, "reorder", "wants images, row-major or with channels side by side");
    int64_t pixels = 1;
    for (int axis = 2; axis < x.array.rank; ++axis) pixels *= extent(x, axis);
    const int64_t channels = extent(x, 1);
    return forWord(kernel, "reorder", y.dtype, [&](auto word) {
        using Word = decltype(word);
        Turned<Word> turned;
        Turn<Word>& body = turned.body;
        body.rows = toLast ? channels : pixels;
        body.columns = toLast ? pixels : channels;
        body.squaresDown = (body.rows + Turn<Word>::side - 1) / Turn<Word>::side;
        body.squaresAcross = (body.columns + Turn<Word>::side - 1) / Turn<Word>::side;
        turned.blocks = extent(x, 0) * body.squaresDown * body.squaresAcross;
        return take(kernel, toLast ? "reorder to NHWC CUDA" : "reorder to NCHW CUDA", turned,
                    launchTurn<Word>);
    });
}

}  // namespace vitrine::kernels::cuda
