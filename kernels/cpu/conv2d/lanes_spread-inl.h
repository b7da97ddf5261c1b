// SPDX-License-Identifier: Apache-2.0
// Gradients of maxima as what they were before the pool: zeros but where a maximum was.
#if defined(VITRINE_KERNELS_CPU_CONV2D_LANES_SPREAD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_CONV2D_LANES_SPREAD_INL_H_
#undef VITRINE_KERNELS_CPU_CONV2D_LANES_SPREAD_INL_H_
#else
#define VITRINE_KERNELS_CPU_CONV2D_LANES_SPREAD_INL_H_
#endif

#include <hwy/highway.h>

#include "kernels/cpu/conv2d/lanes_weights_tile-inl.h"
#include "kernels/cpu/halo.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::lanes_weights::HWY_NAMESPACE {
namespace {

/// Spreads a row of a plane of maxima over the first `rows` of the two that they were taken of.
template <int rows>
void spreadRow(const Conv2dProblem::Gradient& of, const Unpooled& from, int64_t row,
               float* HWY_RESTRICT to, int64_t toRow) {
    const Unpooled at = from.row(of, row, 0);
    for (int64_t i = 0; i < of.maxima.w * blockWidth; i += lanes) {
        Maxima maxima;
        maxima.load(at, i);
        float* const corner = to + 2 * i - i % blockWidth;
        hn::StoreU(maxima.before(0), d, corner);
        hn::StoreU(maxima.before(1), d, corner + blockWidth);
        if constexpr (rows == 2) {
            hn::StoreU(maxima.before(2), d, corner + toRow);
            hn::StoreU(maxima.before(3), d, corner + toRow + blockWidth);
        }
    }
}

/// Rows [p, p + stripRows) of dy of a part's filters in a lane group, as they were before the pool.
inline Lines spread(const Part& part, const Unpooled& first, const Lines& lines) {
    const Conv2dProblem& pr = part.plan->problem;
    const Conv2dProblem::Gradient& of = *pr.unpooled;
    const int64_t p = lines.first, end = HWY_MIN(p + part.plan->stripRows, pr.y.h);
    const int64_t covered = 2 * of.maxima.w;
    for (int64_t f = 0; f < part.lastFilter() - part.firstFilter(); ++f) {
        const Unpooled from = first.plane(of, f);
        for (int64_t h = p; h < end; h += 2) {
            const int64_t rows = HWY_MIN(2, end - h);
            float* const line = lines.at + f * lines.plane + (h - p) * lines.row;
            const bool isCovered = h / 2 < of.maxima.h;
            if (isCovered && rows == 2) spreadRow<2>(of, from, h / 2, line, lines.row);
            if (isCovered && rows == 1) spreadRow<1>(of, from, h / 2, line, lines.row);
            const int64_t beyond = isCovered ? covered * blockWidth : 0;
            for (int64_t i = 0; i < rows && beyond < lines.row; ++i)
                zeroElements(line + i * lines.row + beyond, lines.row - beyond);
        }
    }
    return lines;
}

}  // namespace
}  // namespace vitrine::kernels::lanes_weights::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
