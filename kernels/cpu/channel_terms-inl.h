// SPDX-License-Identifier: Apache-2.0
// What reductions by channel add up, in double on every lane.
#include "hwy/highway.h"

#if defined(VITRINE_KERNELS_CPU_CHANNEL_TERMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_CHANNEL_TERMS_INL_H_
#undef VITRINE_KERNELS_CPU_CHANNEL_TERMS_INL_H_
#else
#define VITRINE_KERNELS_CPU_CHANNEL_TERMS_INL_H_
#endif

#include "kernels/api/kernel.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::CappedTag<double, blockWidth>;
using DoubleVector = hn::Vec<Doubles>;
constexpr int64_t lanesOfDoubles = hn::MaxLanes(Doubles());

HWY_INLINE DoubleVector loadAsDouble(const float* from) {
    return hn::PromoteTo(Doubles(), hn::Load(hn::Rebind<float, Doubles>(), from));
}

/// Vectors that are summed side by side, a whole pixel where the registers allow.
constexpr int chains =
    blockWidth / lanesOfDoubles < 4 ? static_cast<int>(blockWidth / lanesOfDoubles) : 4;
constexpr int64_t lanesOfChains = chains * lanesOfDoubles;

/// Σ x.
struct PlainSum {
    static constexpr int sums = 1;
    static constexpr int inputs = 1;
    HWY_INLINE static void add(DoubleVector (&total)[1], DoubleVector mask, DoubleVector x,
                               DoubleVector, DoubleVector) {
        total[0] = hn::Add(total[0], hn::And(mask, x));
    }
};

/// Σ (x − k) and Σ (x − k)², k an element of the channel. Since (k − mean)² ≤ m · variance for any
/// element, taking the square of the mean off again costs no more than rounding m terms does.
struct ShiftedMoments {
    static constexpr int sums = 2;
    static constexpr int inputs = 1;
    HWY_INLINE static void add(DoubleVector (&total)[2], DoubleVector mask, DoubleVector x,
                               DoubleVector, DoubleVector center) {
        const DoubleVector offset = hn::And(mask, hn::Sub(x, center));
        total[0] = hn::Add(total[0], offset);
        total[1] = hn::MulAdd(offset, offset, total[1]);
    }
};

/// Σ x · (y − center).
struct CenteredDot {
    static constexpr int sums = 1;
    static constexpr int inputs = 2;
    HWY_INLINE static void add(DoubleVector (&total)[1], DoubleVector mask, DoubleVector x,
                               DoubleVector y, DoubleVector center) {
        total[0] = hn::MulAdd(hn::And(mask, x), hn::And(mask, hn::Sub(y, center)), total[0]);
    }
};

/// Both: Σ x · (y − center), Σ x.
struct CenteredDotAndSum {
    static constexpr int sums = 2;
    static constexpr int inputs = 2;
    HWY_INLINE static void add(DoubleVector (&total)[2], DoubleVector mask, DoubleVector x,
                               DoubleVector y, DoubleVector center) {
        const DoubleVector real = hn::And(mask, x);
        total[0] = hn::MulAdd(real, hn::And(mask, hn::Sub(y, center)), total[0]);
        total[1] = hn::Add(total[1], real);
    }
};

/// Some rows of a plane: x and y at the first pixel of the first, and how many lanes count; the
/// others may hold anything.
struct PlaneRows {
    const float* x;
    const float* y;            ///< x where there is no other
    int64_t xStride, yStride;  ///< from row to row
    int64_t rows, pixels;
    int64_t lanes;
};

/// Adds rows to `totals` [sums][16].
template <class Terms>
void addRows(const PlaneRows& plane, const double* centers, double* totals) {
    const Doubles d;
    for (int64_t lane = 0; lane < blockWidth; lane += lanesOfChains) {
        DoubleVector mask[chains], center[chains], total[chains][Terms::sums];
        for (int j = 0; j < chains; ++j) {
            const int64_t at = lane + j * lanesOfDoubles;
            const int64_t real = HWY_MAX(HWY_MIN(plane.lanes - at, lanesOfDoubles), 0);
            mask[j] = hn::VecFromMask(d, hn::FirstN(d, static_cast<size_t>(real)));
            center[j] = hn::Load(d, centers + at);
            for (int i = 0; i < Terms::sums; ++i)
                total[j][i] = hn::Load(d, totals + i * blockWidth + at);
        }
        for (int64_t h = 0; h < plane.rows; ++h) {
            const float* x = plane.x + h * plane.xStride + lane;
            const float* y = plane.y + h * plane.yStride + lane;
            for (int64_t w = 0; w < plane.pixels * blockWidth; w += blockWidth)
                for (int j = 0; j < chains; ++j)
                    Terms::add(total[j], mask[j], loadAsDouble(x + w + j * lanesOfDoubles),
                               loadAsDouble(y + w + j * lanesOfDoubles), center[j]);
        }
        for (int j = 0; j < chains; ++j)
            for (int i = 0; i < Terms::sums; ++i)
                hn::Store(total[j][i], d, totals + i * blockWidth + lane + j * lanesOfDoubles);
    }
}

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
