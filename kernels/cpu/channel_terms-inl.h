// SPDX-License-Identifier: Apache-2.0
// What reductions by channel add up. Runs of pixels are summed in float, in several sums side by
// side that take no more than 16 terms each, and what they come to in double: one pixel a cycle
// instead of four cycles for one, and an error of a few roundings of a float whatever the number of
// pixels.
#include "hwy/highway.h"

#if defined(VITRINE_KERNELS_CPU_CHANNEL_TERMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_CHANNEL_TERMS_INL_H_
#undef VITRINE_KERNELS_CPU_CHANNEL_TERMS_INL_H_
#else
#define VITRINE_KERNELS_CPU_CHANNEL_TERMS_INL_H_
#endif

#include "kernels/cpu/vector16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

using Doubles = hn::CappedTag<double, lanesOfVector>;
constexpr int64_t lanesOfDoubles = hn::MaxLanes(Doubles());

/// Sums side by side, of which pixel p is added to number p mod runSums: as many as additions wait
/// for one another.
constexpr int runSums = 4;
constexpr int64_t runPixels = 16 * runSums;

/// Σ x.
struct PlainSum {
    static constexpr int sums = 1;
    static constexpr int inputs = 1;
    HWY_INLINE static void add(FloatVector (&total)[1], FloatVector mask, FloatVector x,
                               FloatVector, FloatVector) {
        total[0] = hn::Add(total[0], hn::And(mask, x));
    }
};

/// What moments of a channel are taken around: the mean of some first pixels of a row. An element
/// alone could lie so far from all others that taking the square of the mean off again would leave
/// few digits.
inline float centerOf(const float* x, int64_t pixels) {
    const int64_t count = HWY_MIN(pixels, 16);
    double sum = 0;
    for (int64_t p = 0; p < count; ++p) sum += static_cast<double>(x[p * blockWidth]);
    return static_cast<float>(sum / static_cast<double>(count));
}

/// Σ (x − k) and Σ (x − k)², k near the mean.
struct ShiftedMoments {
    static constexpr int sums = 2;
    static constexpr int inputs = 1;
    HWY_INLINE static void add(FloatVector (&total)[2], FloatVector mask, FloatVector x,
                               FloatVector, FloatVector center) {
        const FloatVector offset = hn::And(mask, hn::Sub(x, center));
        total[0] = hn::Add(total[0], offset);
        total[1] = hn::MulAdd(offset, offset, total[1]);
    }
};

/// Σ x · (y − center).
struct CenteredDot {
    static constexpr int sums = 1;
    static constexpr int inputs = 2;
    HWY_INLINE static void add(FloatVector (&total)[1], FloatVector mask, FloatVector x,
                               FloatVector y, FloatVector center) {
        total[0] = hn::MulAdd(hn::And(mask, x), hn::And(mask, hn::Sub(y, center)), total[0]);
    }
};

/// Both: Σ x · (y − center), Σ x.
struct CenteredDotAndSum {
    static constexpr int sums = 2;
    static constexpr int inputs = 2;
    HWY_INLINE static void add(FloatVector (&total)[2], FloatVector mask, FloatVector x,
                               FloatVector y, FloatVector center) {
        const FloatVector real = hn::And(mask, x);
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

/// Rows that lie behind each other without a gap are one long row.
HWY_INLINE PlaneRows joined(PlaneRows plane) {
    const int64_t floats = plane.pixels * blockWidth;
    if (plane.xStride != floats || plane.yStride != floats) return plane;
    plane.pixels *= plane.rows;
    plane.rows = 1;
    return plane;
}

/// What a run comes to, to `totals` [count][16].
template <int count>
HWY_INLINE void addToTotals(const FloatVector (&sums)[runSums][count], double* totals) {
#pragma GCC unroll 2
    for (int i = 0; i < count; ++i) {
        HWY_ALIGN float run[lanesOfVector];
        store(hn::Add(hn::Add(sums[0][i], sums[1][i]), hn::Add(sums[2][i], sums[3][i])), run);
        for (int64_t lane = 0; lane < lanesOfVector; lane += lanesOfDoubles) {
            double* const total = totals + i * blockWidth + lane;
            const auto more =
                hn::PromoteTo(Doubles(), hn::Load(hn::Rebind<float, Doubles>(), run + lane));
            hn::Store(hn::Add(hn::Load(Doubles(), total), more), Doubles(), total);
        }
    }
}

/// Pixels whose sums are begun anew: `at` floats from x and y on.
template <class Terms>
HWY_INLINE void addRun(const float* x, const float* y, int64_t pixels, FloatVector mask,
                       FloatVector center, double* totals) {
    FloatVector sums[runSums][Terms::sums];
#pragma GCC unroll 4
    for (int j = 0; j < runSums; ++j)
#pragma GCC unroll 2
        for (int i = 0; i < Terms::sums; ++i) sums[j][i] = hn::Zero(Floats());
    int64_t p = 0;
    for (; p + runSums <= pixels;
         p += runSums, x += runSums * blockWidth, y += runSums * blockWidth)
#pragma GCC unroll 4
        for (int j = 0; j < runSums; ++j)
            Terms::add(sums[j], mask, load(x + j * blockWidth), load(y + j * blockWidth), center);
    for (; p < pixels; ++p, x += blockWidth, y += blockWidth)
        Terms::add(sums[0], mask, load(x), load(y), center);
    addToTotals(sums, totals);
}

/// Adds rows to `totals` [sums][16].
template <class Terms>
void addRows(const PlaneRows& rows, const double* centers, double* totals) {
    const Floats d;
    const PlaneRows plane = joined(rows);
    for (int64_t lane = 0; lane < HWY_MIN(plane.lanes, blockWidth); lane += lanesOfVector) {
        const auto real = static_cast<size_t>(HWY_MIN(plane.lanes - lane, lanesOfVector));
        HWY_ALIGN float from[lanesOfVector];
        for (int64_t i = 0; i < lanesOfVector; ++i) from[i] = static_cast<float>(centers[lane + i]);
        const FloatVector mask = hn::VecFromMask(d, hn::FirstN(d, real)), center = load(from);
        for (int64_t h = 0; h < plane.rows; ++h)
            for (int64_t p = 0; p < plane.pixels; p += runPixels)
                addRun<Terms>(plane.x + h * plane.xStride + p * blockWidth + lane,
                              plane.y + h * plane.yStride + p * blockWidth + lane,
                              HWY_MIN(runPixels, plane.pixels - p), mask, center, totals + lane);
    }
}

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
