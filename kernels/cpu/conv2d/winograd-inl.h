// SPDX-License-Identifier: Apache-2.0
// The transforms of F(4 × 4, 3 × 3) on lines of 16 channels: one dimension at a time, for each
// vector of a line. d are pixels, m frequencies, y results:
//   frequencies of a patch = Bᵀ d B, results = Aᵀ m A, frequencies of a gradient = A y Aᵀ
#if defined(VITRINE_KERNELS_CPU_CONV2D_WINOGRAD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_CONV2D_WINOGRAD_INL_H_
#undef VITRINE_KERNELS_CPU_CONV2D_WINOGRAD_INL_H_
#else
#define VITRINE_KERNELS_CPU_CONV2D_WINOGRAD_INL_H_
#endif

#include <hwy/cache_control.h>

#include "kernels/cpu/conv2d/winograd.h"
#include "kernels/cpu/vector16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// Bᵀ d.
HWY_INLINE void sourceFrequencies(const FloatVector* d, FloatVector* m) {
    const FloatVector two = broadcast(2), four = broadcast(4), five = broadcast(5);
    const FloatVector even = hn::NegMulAdd(four, d[2], d[4]), odd = hn::NegMulAdd(four, d[1], d[3]);
    const FloatVector near = hn::Sub(d[4], d[2]), step = hn::Sub(d[3], d[1]);
    m[0] = hn::MulAdd(four, d[0], hn::NegMulAdd(five, d[2], d[4]));
    m[1] = hn::Add(even, odd);
    m[2] = hn::Sub(even, odd);
    m[3] = hn::MulAdd(two, step, near);
    m[4] = hn::NegMulAdd(two, step, near);
    m[5] = hn::MulAdd(four, d[1], hn::NegMulAdd(five, d[3], d[5]));
}

/// Aᵀ m.
HWY_INLINE void results(const FloatVector* m, FloatVector* y) {
    const FloatVector two = broadcast(2), four = broadcast(4), eight = broadcast(8);
    const FloatVector sum = hn::Add(m[1], m[2]), difference = hn::Sub(m[1], m[2]);
    const FloatVector wideSum = hn::Add(m[3], m[4]), wideDifference = hn::Sub(m[3], m[4]);
    y[0] = hn::Add(hn::Add(m[0], sum), wideSum);
    y[1] = hn::MulAdd(two, wideDifference, difference);
    y[2] = hn::MulAdd(four, wideSum, sum);
    y[3] = hn::Add(hn::MulAdd(eight, wideDifference, difference), m[5]);
}

/// A y.
HWY_INLINE void gradientFrequencies(const FloatVector* y, FloatVector* m) {
    const FloatVector two = broadcast(2), four = broadcast(4);
    const FloatVector even = hn::Add(y[0], y[2]), odd = hn::Add(y[1], y[3]);
    const FloatVector wideEven = hn::MulAdd(four, y[2], y[0]);
    const FloatVector wideOdd = hn::MulAdd(four, y[3], y[1]);
    m[0] = y[0];
    m[1] = hn::Add(even, odd);
    m[2] = hn::Sub(even, odd);
    m[3] = hn::MulAdd(two, wideOdd, wideEven);
    m[4] = hn::NegMulAdd(two, wideOdd, wideEven);
    m[5] = y[3];
}

/// G g: three taps to six frequencies.
HWY_INLINE void filterFrequencies(const FloatVector* g, FloatVector* m) {
    const FloatVector ends = hn::Add(g[0], g[2]), sixth = broadcast(-1.0f / 6);
    const FloatVector wide =
        hn::MulAdd(broadcast(1.0f / 24), g[0], hn::Mul(broadcast(1.0f / 6), g[2]));
    const FloatVector middle = hn::Mul(broadcast(1.0f / 12), g[1]);
    m[0] = hn::Mul(broadcast(0.25f), g[0]);
    m[1] = hn::Mul(sixth, hn::Add(ends, g[1]));
    m[2] = hn::Mul(sixth, hn::Sub(ends, g[1]));
    m[3] = hn::Add(wide, middle);
    m[4] = hn::Sub(wide, middle);
    m[5] = g[2];
}

/// Gᵀ m: the adjoint of that.
HWY_INLINE void filterTaps(const FloatVector* m, FloatVector* g) {
    const FloatVector sixth = broadcast(-1.0f / 6), twelfth = broadcast(1.0f / 12);
    const FloatVector sum = hn::Add(m[1], m[2]), wideSum = hn::Add(m[3], m[4]);
    const FloatVector difference = hn::Sub(m[2], m[1]), wideDifference = hn::Sub(m[3], m[4]);
    const FloatVector near = hn::Mul(sixth, sum);
    g[0] = hn::MulAdd(broadcast(0.25f), m[0], hn::MulAdd(broadcast(1.0f / 24), wideSum, near));
    g[1] = hn::MulAdd(broadcast(1.0f / 6), difference, hn::Mul(twelfth, wideDifference));
    g[2] = hn::Add(hn::MulAdd(broadcast(1.0f / 6), wideSum, near), m[5]);
}

/// Both dimensions of In × In vectors, of which load(i, j) gives one: columns first, then rows.
/// store(i, made) takes the Out results of each of the Out rows, in their order.
template <int In, int Out, class Load, class Transform, class Store>
HWY_INLINE void transformBoth(Load load, Transform transform, Store store) {
    FloatVector half[Out * In];
#pragma GCC unroll 6
    for (int j = 0; j < In; ++j) {
        FloatVector line[In], made[Out];
#pragma GCC unroll 6
        for (int i = 0; i < In; ++i) line[i] = load(i, j);
        transform(line, made);
#pragma GCC unroll 6
        for (int i = 0; i < Out; ++i) half[i * In + j] = made[i];
    }
#pragma GCC unroll 6
    for (int i = 0; i < Out; ++i) {
        FloatVector made[Out];
        transform(half + i * In, made);
        store(i, made);
    }
}

/// Stores frequencies one after the other, `plane` floats apart. The address goes along, since the
/// compiler would keep all 36 otherwise, and not in registers.
class FrequencyStore {
  public:
    FrequencyStore(float* to, int64_t plane) : m_to(to), m_plane(plane) {}
    HWY_INLINE void operator()(int, const FloatVector (&made)[patchSize]) {
#pragma GCC unroll 6
        for (const FloatVector& value : made) {
            store(value, m_to);
            m_to += m_plane;
            asm("" : "+r"(m_to));
        }
    }

  private:
    float* m_to;
    int64_t m_plane;
};

/// Lines of a source of which [0, rows) × [0, columns) and `halo` lines of zeros around it are
/// there.
struct SourcePlane {
    const float* origin;
    int64_t rows, columns, halo, rowStride;

    bool hasAll(int64_t row, int64_t column, int64_t size) const {
        return row >= -halo && column >= -halo && row + size <= rows + halo &&
               column + size <= columns + halo;
    }
    const float* at(int64_t row, int64_t column) const {
        return origin + row * rowStride + column * blockWidth;
    }
};

/// Lines row, column and further, size × size of them, all of which are there.
struct Lines {
    const float* from;
    int64_t rowStride;

    /// Asks for the lines that the next tile's patch brings anew.
    template <int64_t size>
    HWY_INLINE void prefetchNext() const {
        const float* row = from + size * blockWidth;
#pragma GCC unroll 6
        for (int i = 0; i < size; ++i, row += rowStride) {
            asm("" : "+r"(row));
#pragma GCC unroll 4
            for (int j = 0; j < tileSize; ++j) hwy::Prefetch(row + j * blockWidth);
        }
    }
};

/// The beginnings of `size` rows, each in a register of its own: pixels then are constants away.
template <int64_t size>
struct RowStarts {
    const float* row[size];

    RowStarts(const Lines& lines, int64_t lane) {
        const float* at = lines.from + lane;
#pragma GCC unroll 6
        for (const float*& start : row) {
            start = at;
            asm("" : "+r"(start));
            at += lines.rowStride;
        }
    }
    HWY_INLINE FloatVector operator()(int i, int j) const { return load(row[i] + j * blockWidth); }
};

/// Read instead of rows that are not there.
alignas(64) constexpr float missingRow[patchSize * blockWidth] = {};

/// The same of a patch that reaches past the plane and its halo: zeros where no line is.
template <int64_t size>
class ClippedRows {
  public:
    ClippedRows(const SourcePlane& plane, int64_t row, int64_t column)
        : m_first(HWY_MAX(-column, int64_t{0})), m_end(HWY_MIN(plane.columns - column, size)) {
        for (int64_t i = 0; i < size; ++i) {
            const int64_t h = row + i;
            m_row[i] = h >= 0 && h < plane.rows ? plane.at(h, column) : missingRow;
        }
    }
    HWY_INLINE FloatVector operator()(int i, int j) const {
        return j >= m_first && j < m_end ? load(m_row[i] + j * blockWidth + m_lane)
                                         : hn::Zero(Floats());
    }
    void setLane(int64_t lane) { m_lane = lane; }

  private:
    const float* m_row[size];
    int64_t m_first, m_end;  ///< columns that are there
    int64_t m_lane = 0;
};

template <int64_t size, class Transform>
HWY_NOINLINE void transformClipped(ClippedRows<size> rows, float* to, int64_t plane,
                                   Transform transform) {
    for (int64_t lane = 0; lane < blockWidth; lane += lanesOfVector) {
        rows.setLane(lane);
        transformBoth<size, patchSize>(rows, transform, FrequencyStore(to + lane, plane));
    }
}

/// The frequencies of size × size lines from row, column on; zeros count where there are none.
template <int64_t size, class Transform>
HWY_INLINE void transformLines(const SourcePlane& from, int64_t row, int64_t column, float* to,
                               int64_t plane, Transform transform) {
    const Lines lines{from.at(row, column), from.rowStride};
    lines.prefetchNext<size>();
    if (!from.hasAll(row, column, size))
        return transformClipped(ClippedRows<size>(from, row, column), to, plane, transform);
    for (int64_t lane = 0; lane < blockWidth; lane += lanesOfVector)
        transformBoth<size, patchSize>(RowStarts<size>(lines, lane), transform,
                                       FrequencyStore(to + lane, plane));
}

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
