// SPDX-License-Identifier: Apache-2.0
// Transposition of four-byte elements, in registers by four columns of as many rows as vectors have
// lanes: every store is a whole vector.
#if defined(VITRINE_KERNELS_CPU_TRANSPOSE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_TRANSPOSE_INL_H_
#undef VITRINE_KERNELS_CPU_TRANSPOSE_INL_H_
#else
#define VITRINE_KERNELS_CPU_TRANSPOSE_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// `rows` rows of `columns` elements from `from`, as columns to `to`; strides in elements.
struct Transposition {
    const float* from;
    int64_t fromStride;
    float* to;
    int64_t toStride;
    int64_t rows, columns;
};

HWY_INLINE void transposeSingly(const Transposition& t, int64_t row0, int64_t row1, int64_t column0,
                                int64_t column1) {
    for (int64_t row = row0; row < row1; ++row)
        for (int64_t column = column0; column < column1; ++column)
            t.to[column * t.toStride + row] = t.from[row * t.fromStride + column];
}

#if HWY_TARGET == HWY_SCALAR

HWY_INLINE void transpose(const Transposition& t) { transposeSingly(t, 0, t.rows, 0, t.columns); }

#else

/// Vectors whose blocks of four come from rows that are four apart, so that four of them hold whole
/// vectors of columns once every block is transposed by itself.
using Tall = hn::CappedTag<float, 16>;
constexpr int64_t tallRows = hn::MaxLanes(Tall());

template <class D>
HWY_INLINE hn::Vec<D> loadBlocks(D d, const float* from, int64_t stride) {
    if constexpr (hn::MaxLanes(D()) == 4) {
        return hn::LoadU(d, from);
    } else {
        const hn::Half<D> half;
        constexpr int64_t rows = hn::MaxLanes(D()) / 2;
        return hn::Combine(d, loadBlocks(half, from + rows * stride, stride),
                           loadBlocks(half, from, stride));
    }
}

/// As many rows as D has lanes, of four columns.
template <class D>
HWY_INLINE void transposeFour(D d, const float* from, int64_t fromStride, float* to,
                              int64_t toStride) {
    const hn::Repartition<double, D> pairs;
    const auto swap = [&](auto lower, auto upper, float* low, float* high) HWY_ATTR {
        const auto a = hn::BitCast(pairs, lower), b = hn::BitCast(pairs, upper);
        hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, a, b)), d, low);
        hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, a, b)), d, high);
    };
    const auto a = loadBlocks(d, from, fromStride);
    const auto b = loadBlocks(d, from + fromStride, fromStride);
    const auto c = loadBlocks(d, from + 2 * fromStride, fromStride);
    const auto e = loadBlocks(d, from + 3 * fromStride, fromStride);
    swap(hn::InterleaveLower(d, a, b), hn::InterleaveLower(d, c, e), to, to + toStride);
    swap(hn::InterleaveUpper(d, a, b), hn::InterleaveUpper(d, c, e), to + 2 * toStride,
         to + 3 * toStride);
}

/// All whole fours of columns of `D`'s lanes of rows, from `row` on; the row that comes next.
template <class D>
HWY_INLINE int64_t transposeRows(D d, const Transposition& t, int64_t row) {
    constexpr int64_t height = hn::MaxLanes(D());
    for (; row + height <= t.rows; row += height)
        for (int64_t column = 0; column + 4 <= t.columns; column += 4)
            transposeFour(d, t.from + row * t.fromStride + column, t.fromStride,
                          t.to + column * t.toStride + row, t.toStride);
    return row;
}

HWY_INLINE void transpose(const Transposition& t) {
    int64_t row = transposeRows(Tall(), t, 0);
    if constexpr (tallRows > 8) row = transposeRows(hn::CappedTag<float, 8>(), t, row);
    if constexpr (tallRows > 4) row = transposeRows(hn::FixedTag<float, 4>(), t, row);
    transposeSingly(t, 0, row, t.columns / 4 * 4, t.columns);
    transposeSingly(t, row, t.rows, 0, t.columns);
}

#endif

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
