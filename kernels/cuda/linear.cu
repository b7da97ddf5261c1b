// SPDX-License-Identifier: Apache-2.0
// Fully connected layers and products of matrices over a batch, as tiles over strided matrices.
#include "kernels/cuda/fused.h"
#include "kernels/cuda/tiled_product.h"

namespace vitrine::kernels::cuda {

namespace {

/// Two matrices by their strides, for each batch from where a walk says; y without gaps.
template <class T, class Fused>
struct StridedProduct {
    using Number = T;
    Places<4 + Fused::operands> at;
    ProductSize size;
    int64_t aRow = 0, aDepth = 0, bDepth = 0, bColumn = 0;
    bool aAlongM = false, bAlongN = false;
    int bias = -1;  ///< which place it has; −1: there is none
    int result = 2;
    Fused fused;
    cpu::StridedWalk<2> batches{std::array<Strided, 2>{}};

    VITRINE_BOTH int64_t offset(int which, int64_t batch) const {
        if (size.batches == 1) return 0;
        int64_t offsets[2];
        offsetsAt(batches, batch, offsets);
        return offsets[which];
    }
    VITRINE_BOTH T a(int64_t batch, int64_t m, int64_t k) const {
        return at.template get<const T>(0)[offset(0, batch) + m * aRow + k * aDepth];
    }
    VITRINE_BOTH T b(int64_t batch, int64_t k, int64_t n) const {
        return at.template get<const T>(1)[offset(1, batch) + k * bDepth + n * bColumn];
    }
    VITRINE_BOTH T store(int64_t batch, int64_t m, int64_t n, T sum) const {
        if (bias >= 0) sum += at.template get<const T>(bias)[n];
        const int64_t i = (batch * size.rows + m) * size.columns + n;
        return at.template get<T>(result)[i] = fused.stored(i, sum, at.place);
    }
};

template <class T, class Fused>
StridedProduct<T, Fused> linearOf(const Linear& linear, int64_t n, int64_t in, int64_t out) {
    StridedProduct<T, Fused> p;
    switch (linear.pass) {
        case LinearPass::Forward:
            p.size = {1, n, out, in};
            p.aRow = in, p.aDepth = 1, p.bDepth = 1, p.bColumn = in;
            p.bias = linear.bias ? 2 : -1;
            break;
        case LinearPass::Data:
            p.size = {1, n, in, out};
            p.aRow = out, p.aDepth = 1, p.bDepth = in, p.bColumn = 1;
            p.bAlongN = true;
            break;
        default:
            p.size = {1, out, in, n};
            p.aRow = 1, p.aDepth = out, p.bDepth = in, p.bColumn = 1;
            p.aAlongM = p.bAlongN = true;
            break;
    }
    return p;
}

/// Products of whole numbers, which wrap: an item is an element of y.
template <class T>
struct WholeProduct {
    StridedProduct<T, NoChain> product;
    Places<3> at;
    VITRINE_BOTH void operator()(int64_t i) const {
        const ProductSize& size = product.size;
        const int64_t row = i / size.columns, batch = row / size.rows;
        const T* a =
            at.template get<const T>(0) + product.offset(0, batch) + row % size.rows * product.aRow;
        const T* b = at.template get<const T>(1) + product.offset(1, batch) +
                     i % size.columns * product.bColumn;
        uint64_t sum = 0;
        for (int64_t k = 0; k < size.depth; ++k)
            sum += static_cast<uint64_t>(a[k * product.aDepth]) *
                   static_cast<uint64_t>(b[k * product.bDepth]);
        at.template get<T>(2)[i] = static_cast<T>(sum);
    }
};

/// The axes before the matrix, repeated to those of the result.
Strided batchesOf(const Operand& operand, const Operand& y) {
    const auto outer = [](Strided all) {
        all.rank -= 2;
        return all;
    };
    return cpu::broadcastTo(outer(operand.array), outer(y.array));
}

template <class T>
StridedProduct<T, NoChain> matMulOf(const Call& call) {
    const Operand &a = call.in(0), &b = call.in(1), &y = call.out(0);
    const int rank = y.array.rank;
    StridedProduct<T, NoChain> p;
    p.size = {1, extent(y, rank - 2), extent(y, rank - 1), extent(a, a.array.rank - 1)};
    p.size.batches = y.array.elements() / (p.size.rows * p.size.columns);
    p.aRow = stride(a, a.array.rank - 2);
    p.aDepth = stride(a, a.array.rank - 1);
    p.bDepth = stride(b, b.array.rank - 2);
    p.bColumn = stride(b, b.array.rank - 1);
    p.aAlongM = p.aRow == 1;
    p.bAlongN = p.bColumn == 1;
    p.batches = cpu::StridedWalk<2>(std::array<Strided, 2>{batchesOf(a, y), batchesOf(b, y)});
    return p;
}

}  // namespace

DeviceStatus bindLinear(Context& context, const Call& call, StreamKernel* kernel) {
    const auto& linear = std::get<Linear>(call.problem);
    if (const std::string why = whyNotStored(call); !why.empty())
        return refuse(kernel, "linear", why);
    const bool isForward = linear.pass == LinearPass::Forward;
    const Operand& x = linear.pass == LinearPass::Data ? call.out(0) : call.in(isForward ? 0 : 1);
    const Operand& y = isForward ? call.out(0) : call.in(0);
    return forFused(kernel, "linear", call, [&](auto number, const auto& fused) {
        using Fused = std::decay_t<decltype(fused)>;
        auto product = linearOf<decltype(number), Fused>(linear, x.n, x.c, y.c);
        product.result = static_cast<int>(call.inputs());
        product.fused = fused;
        return takeProduct(context, kernel, call, "linear" + stepsText(call), product);
    });
}

DeviceStatus bindMatMul(Context& context, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotPlain(call, 2); !why.empty())
        return refuse(kernel, "matmul", why);
    const Operand &a = call.in(0), &b = call.in(1), &y = call.out(0);
    for (const Operand* operand : {&a, &b, &y})
        if (operand->array.rank < 2 || operand->dtype != y.dtype)
            return refuse(kernel, "matmul", "wants matrices of one type");
    return forNumber(kernel, "matmul", y.dtype, [&](auto number) {
        using T = decltype(number);
        if constexpr (std::is_floating_point_v<T>)
            return takeProduct(context, kernel, call, "matmul", matMulOf<T>(call));
        else
            return takeEach(kernel, call, "matmul", WholeProduct<T>{matMulOf<T>(call), {}},
                            y.array.elements());
    });
}

}  // namespace vitrine::kernels::cuda
