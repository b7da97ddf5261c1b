// SPDX-License-Identifier: Apache-2.0
// Transposition of four-byte elements, four by four in registers.
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

HWY_INLINE void transpose4x4(const float* from, int64_t fromStride, float* to, int64_t toStride) {
    const hn::FixedTag<float, 4> d;
    const auto a = hn::LoadU(d, from);
    const auto b = hn::LoadU(d, from + fromStride);
    const auto c = hn::LoadU(d, from + 2 * fromStride);
    const auto e = hn::LoadU(d, from + 3 * fromStride);
    const auto abLow = hn::InterleaveLower(d, a, b);
    const auto abHigh = hn::InterleaveUpper(d, a, b);
    const auto ceLow = hn::InterleaveLower(d, c, e);
    const auto ceHigh = hn::InterleaveUpper(d, c, e);
    hn::StoreU(hn::ConcatLowerLower(d, ceLow, abLow), d, to);
    hn::StoreU(hn::ConcatUpperUpper(d, ceLow, abLow), d, to + toStride);
    hn::StoreU(hn::ConcatLowerLower(d, ceHigh, abHigh), d, to + 2 * toStride);
    hn::StoreU(hn::ConcatUpperUpper(d, ceHigh, abHigh), d, to + 3 * toStride);
}

HWY_INLINE void transpose(const Transposition& t) {
    const int64_t rows = t.rows / 4 * 4;
    const int64_t columns = t.columns / 4 * 4;
    for (int64_t column = 0; column < columns; column += 4)
        for (int64_t row = 0; row < rows; row += 4)
            transpose4x4(t.from + row * t.fromStride + column, t.fromStride,
                         t.to + column * t.toStride + row, t.toStride);
    transposeSingly(t, 0, rows, columns, t.columns);
    transposeSingly(t, rows, t.rows, 0, t.columns);
}

#endif

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
