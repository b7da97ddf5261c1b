// SPDX-License-Identifier: Apache-2.0
// What only moves elements: copies of views, pieces side by side, zeros around, rows by numbers.
#include <bit>
#include <limits>

#include "kernels/cuda/each.h"
#include "kernels/cuda/elements.h"

namespace vitrine::kernels::cuda {

namespace {

template <class Word>
struct CopyStrided {
    Places<2> at;
    cpu::StridedWalk<1> walk;
    VITRINE_BOTH void operator()(int64_t i) const {
        int64_t offsets[1];
        offsetsAt(walk, i, offsets);
        at.get<Word>(1)[i] = at.get<const Word>(0)[offsets[0]];
    }
};

/// Some operands of a concatenation, side by side into their place in y.
template <class Word>
struct CopyPieces {
    static constexpr int most = 64;
    const Word* from[most] = {};
    int64_t begin[most + 1] = {};  ///< of each in a row of them
    int pieces = 0;
    Word* to = nullptr;
    int64_t pitch = 1;  ///< elements of a row of y
    VITRINE_BOTH void operator()(int64_t i) const {
        const int64_t row = i / begin[pieces], column = i % begin[pieces];
        int k = 0;
        while (begin[k + 1] <= column) ++k;
        const int64_t run = begin[k + 1] - begin[k];
        to[row * pitch + column] = from[k][row * run + column - begin[k]];
    }
};

struct Pieces {
    std::vector<int64_t> runs;  ///< of each operand
    int64_t outer = 1, pitch = 1;
};

template <class Word>
DeviceStatus launchConcat(DeviceContext* context, const void* problem, void* const* operands,
                          void*) {
    using Body = CopyPieces<Word>;
    const auto& all = *static_cast<const Pieces*>(problem);
    auto* to = static_cast<Word*>(operands[all.runs.size()]);
    for (size_t k = 0; k < all.runs.size();) {
        Body body;
        body.to = to;
        body.pitch = all.pitch;
        for (; k < all.runs.size() && body.pieces < Body::most; ++k) {
            const int piece = body.pieces++;
            body.from[piece] = static_cast<const Word*>(operands[k]);
            body.begin[piece + 1] = body.begin[piece] + all.runs[k];
        }
        const int64_t width = body.begin[body.pieces], count = all.outer * width;
        const DeviceStatus status =
            launch(*contextOf(context), eachKernel<Body>, count, body, count);
        if (status != DeviceStatus::Ok) return status;
        to += width;
    }
    return DeviceStatus::Ok;
}

/// [outer][extent][inner] with zeros around.
template <class Word>
struct PadZeros {
    Places<2> at;
    int64_t run = 1, pitch = 1,
            before = 0;  ///< elements: of x together, of y together, zeros first
    VITRINE_BOTH void operator()(int64_t i) const {
        const int64_t row = i / pitch, own = i % pitch - before;
        const bool isInside = own >= 0 && own < run;
        at.get<Word>(1)[i] = isInside ? at.get<const Word>(0)[row * run + own] : Word{0};
    }
};

template <class Word>
struct GatherRows {
    Places<3> at;
    WholeElements index;
    int64_t rows = 1, inner = 1, count = 1;
    Word missing = 0;
    VITRINE_BOTH void operator()(int64_t i) const {
        const int64_t item = i / inner, outer = item / count;
        const int64_t row = rowAt(index, at.get<const void>(1), item % count, rows);
        at.get<Word>(2)[i] =
            row < 0 ? missing : at.get<const Word>(0)[(outer * rows + row) * inner + i % inner];
    }
};

/// The bits of NaN, or of 0 in whole numbers.
uint64_t missingOf(DType type) {
    switch (type) {
        case DType::F16:
            return 0x7e00;
        case DType::BF16:
            return 0x7fc0;
        case DType::F32:
            return std::bit_cast<uint32_t>(std::numeric_limits<float>::quiet_NaN());
        case DType::F64:
            return std::bit_cast<uint64_t>(std::numeric_limits<double>::quiet_NaN());
        default:
            return 0;
    }
}

}  // namespace

DeviceStatus bindCopy(Context&, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotPlain(call, 1); !why.empty())
        return refuse(kernel, "copy", why);
    const Operand &x = call.in(0), &y = call.out(0);
    return forWord(kernel, "copy", y.dtype, [&](auto word) {
        return takeEach(kernel, call, "copy",
                        CopyStrided<decltype(word)>{.at = {}, .walk = walkOver<1>(x, {&x})},
                        y.array.elements());
    });
}

DeviceStatus bindConcat(Context&, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "concat", why);
    const int axis = std::get<Concat>(call.problem).axis;
    const AlongAxis y = alongAxis(call.out(0), axis);
    Pieces pieces{.runs = {}, .outer = y.outer, .pitch = y.extent * y.inner};
    for (size_t k = 0; k < call.inputs(); ++k)
        pieces.runs.push_back(alongAxis(call.in(k), axis).extent * y.inner);
    return forWord(kernel, "concat", call.out(0).dtype, [&](auto word) {
        return take(kernel, "concat CUDA", pieces, launchConcat<decltype(word)>);
    });
}

DeviceStatus bindZeroPad(Context&, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "zero_pad", why);
    const auto& pad = std::get<ZeroPad>(call.problem);
    const AlongAxis x = alongAxis(call.in(0), pad.axis);
    return forWord(kernel, "zero_pad", call.out(0).dtype, [&](auto word) {
        return takeEach(
            kernel, call, "zero_pad",
            PadZeros<decltype(word)>{.at = {},
                                     .run = x.extent * x.inner,
                                     .pitch = (pad.before + x.extent + pad.after) * x.inner,
                                     .before = pad.before * x.inner},
            call.out(0).array.elements());
    });
}

DeviceStatus bindGather(Context&, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "gather", why);
    const Operand &x = call.in(0), &index = call.in(1), &y = call.out(0);
    if (!isInteger(index.dtype))
        return refuse(kernel, "gather", unexpectedType("whole numbers", index.dtype));
    const AlongAxis along = alongAxis(x, std::get<Gather>(call.problem).axis);
    return forWord(kernel, "gather", y.dtype, [&](auto word) {
        using Word = decltype(word);
        return takeEach(kernel, call, "gather",
                        GatherRows<Word>{.at = {},
                                         .index = {index.dtype},
                                         .rows = along.extent,
                                         .inner = along.inner,
                                         .count = index.array.elements(),
                                         .missing = static_cast<Word>(missingOf(y.dtype))},
                        y.array.elements());
    });
}

}  // namespace vitrine::kernels::cuda
