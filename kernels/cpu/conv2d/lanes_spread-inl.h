// SPDX-License-Identifier: Apache-2.0
// Gradients of maxima as what they were before the pool: zeros but where a maximum was.
#if defined(VITRINE_KERNELS_CPU_CONV2D_LANES_SPREAD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_CONV2D_LANES_SPREAD_INL_H_
#undef VITRINE_KERNELS_CPU_CONV2D_LANES_SPREAD_INL_H_
#else
#define VITRINE_KERNELS_CPU_CONV2D_LANES_SPREAD_INL_H_
#endif

#include <hwy/highway.h>

#include "kernels/api/conv2d.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::lanes_weights::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, blockWidth>;
using V = hn::VFromD<D>;
constexpr D d{};
constexpr int64_t lanes = hn::MaxLanes(D());

/// Where a gradient that comes through a pool lies: maxima's, their index and gate, of the part's
/// first filter in the first lane group, at pixel (0, 0).
struct Unpooled {
    const float* maxima;
    const int32_t* index;
    const float* gate;
};

/// Spreads a row of a plane of maxima over the first `rows` of the two that they were taken of.
template <int rows>
void spreadRow(const Conv2dProblem::Gradient& of, const Unpooled& from, int64_t row,
               float* HWY_RESTRICT to, int64_t toRow) {
    const float* const maxima = from.maxima + row * of.maxima.rowStride();
    const int32_t* const index = from.index + row * of.index.rowStride();
    const float* const gate = of.isGated ? from.gate + row * of.gate.rowStride() : nullptr;
    const hn::RebindToSigned<D> ints;
    for (int64_t i = 0; i < of.maxima.w * blockWidth; i += lanes) {
        V value = hn::LoadU(d, maxima + i);
        if (gate) value = hn::IfThenElseZero(hn::Gt(hn::LoadU(d, gate + i), hn::Zero(d)), value);
        const auto place = hn::LoadU(ints, index + i);
        const auto at = [&](int k) HWY_ATTR {
            const auto isHere = hn::RebindMask(d, hn::Eq(place, hn::Set(ints, k)));
            return hn::IfThenElseZero(isHere, value);
        };
        float* const corner = to + 2 * i - i % blockWidth;
        hn::StoreU(at(0), d, corner);
        hn::StoreU(at(1), d, corner + blockWidth);
        if constexpr (rows == 2) {
            hn::StoreU(at(2), d, corner + toRow);
            hn::StoreU(at(3), d, corner + toRow + blockWidth);
        }
    }
}

}  // namespace
}  // namespace vitrine::kernels::lanes_weights::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
