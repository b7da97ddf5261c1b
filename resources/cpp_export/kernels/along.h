// SPDX-License-Identifier: Apache-2.0
// Along one axis: reading and writing by positions, order, running sums, interpolation. Arrays are
// seen as [outer][along the axis][inner], without gaps.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "whole.h"

namespace kernels {

struct Line {
    Size outer = 1, in = 1, out = 1, inner = 1;
};

template <class T>
T sumOf(T a, T b) {
    if constexpr (std::is_floating_point_v<T>)
        return a + b;
    else
        return whole::add(a, b);
}
template <class T>
T productOf(T a, T b) {
    if constexpr (std::is_floating_point_v<T>)
        return a * b;
    else
        return whole::mul(a, b);
}

/// Where the first most extreme element of each of `out` windows is, and which; a NaN is more
/// extreme than all numbers.
template <bool Largest, class T>
void extreme(const Line& line, const T* x, T* y, std::int64_t* index) {
    for (Size row = 0; row < line.outer * line.out; ++row) {
        const T* const from = x + row / line.out * line.in * line.inner;
        const Size p = row % line.out, first = p * line.in / line.out;
        const Size last = ((p + 1) * line.in + line.out - 1) / line.out;
        for (Size i = 0; i < line.inner; ++i) {
            T best = from[first * line.inner + i];
            Size place = first;
            for (Size k = first + 1; k < last && best == best; ++k) {
                const T other = from[k * line.inner + i];
                if (!(Largest ? other > best : other < best) && other == other) continue;
                best = other;
                place = k;
            }
            y[row * line.inner + i] = best;
            index[row * line.inner + i] = place;
        }
    }
}

/// The `out` largest or smallest elements in order; NaN counts as larger than all numbers. `order`:
/// room for `in` positions.
template <bool Largest, class T>
void top(const Line& line, const T* x, T* y, std::int64_t* index, std::int64_t* order) {
    for (Size at = 0; at < line.outer * line.inner; ++at) {
        const Size outer = at / line.inner, inner = at % line.inner;
        const T* const from = x + outer * line.in * line.inner + inner;
        for (Size k = 0; k < line.in; ++k) order[k] = k;
        std::partial_sort(order, order + line.out, order + line.in,
                          [&](std::int64_t a, std::int64_t b) {
                              const T u = from[a * line.inner], v = from[b * line.inner];
                              if ((u != u) != (v != v)) return (u != u) == Largest;
                              if (u == v || u != u) return a < b;
                              return Largest ? u > v : u < v;
                          });
        for (Size r = 0; r < line.out; ++r) {
            const Size to = (outer * line.out + r) * line.inner + inner;
            y[to] = from[order[r] * line.inner];
            index[to] = order[r];
        }
    }
}

/// y[o, p, i] = x[o, index[o, p, i], i].
template <class T>
void take(const Line& line, const T* x, const std::int64_t* index, T* y) {
    for (Size row = 0; row < line.outer * line.out; ++row)
        for (Size i = 0; i < line.inner; ++i) {
            const Size at = row * line.inner + i;
            y[at] = x[(row / line.out * line.in + index[at]) * line.inner + i];
        }
}

/// x[o, k, i] = Σ y[o, p, i] over p with index[o, p, i] = k.
template <class T>
void put(const Line& line, const T* y, const std::int64_t* index, T* x) {
    std::fill_n(x, line.outer * line.in * line.inner, T{});
    for (Size row = 0; row < line.outer * line.out; ++row)
        for (Size i = 0; i < line.inner; ++i) {
            const Size at = row * line.inner + i;
            T& sum = x[(row / line.out * line.in + index[at]) * line.inner + i];
            sum = sumOf(sum, y[at]);
        }
}

/// Running sums.
template <bool Exclusive, bool Reverse, class T>
void scan(const Line& line, const T* x, T* y) {
    using Sum = std::conditional_t<std::is_floating_point_v<T>, double, std::uint64_t>;
    for (Size o = 0; o < line.outer; ++o)
        for (Size i = 0; i < line.inner; ++i) {
            Sum sum = 0;
            for (Size k = 0; k < line.in; ++k) {
                const Size row = Reverse ? line.in - 1 - k : k;
                const Size at = (o * line.in + row) * line.inner + i;
                const Sum before = sum;
                sum += static_cast<Sum>(x[at]);
                y[at] = static_cast<T>(Exclusive ? before : sum);
            }
        }
}

/// Rows of x by their numbers, which are the same for all `outer`: y[o, p] = x[o, index[p]]. Below
/// 0 they count from the last; one that names no row gives NaN, in whole numbers 0.
template <class T, class Index>
void gather(const Line& line, const T* x, const Index* index, T* y) {
    for (Size o = 0; o < line.outer; ++o)
        for (Size p = 0; p < line.out; ++p) {
            Size row = static_cast<Size>(index[p]);
            if (whole::isNegative(index[p])) row += line.in;
            const bool isThere = row >= 0 && row < line.in;
            for (Size i = 0; i < line.inner; ++i)
                *y++ = isThere ? x[(o * line.in + row) * line.inner + i]
                               : std::numeric_limits<T>::quiet_NaN();
        }
}

/// The other way: x[o, r] = Σ y[o, p] over those p with index[p] = r.
template <class T, class Index>
void scatterAdd(const Line& line, const T* y, const Index* index, T* x) {
    using Sum = std::conditional_t<std::is_floating_point_v<T>, double, std::uint64_t>;
    for (Size o = 0; o < line.outer; ++o)
        for (Size row = 0; row < line.in; ++row)
            for (Size i = 0; i < line.inner; ++i) {
                Sum sum = 0;
                for (Size p = 0; p < line.out; ++p) {
                    Size at = static_cast<Size>(index[p]);
                    if (whole::isNegative(index[p])) at += line.in;
                    if (at == row) sum += static_cast<Sum>(y[(o * line.out + p) * line.inner + i]);
                }
                *x++ = static_cast<T>(sum);
            }
}

/// y is x, in which updates[o, p, i] goes to [o, index[o, p, i], i] as `combine` says. A position
/// below 0 counts from the last; one that is none is left out.
template <class T, class Combine>
void scatter(const Line& line, const T* x, const std::int64_t* index, const T* updates, T* y,
             Combine combine) {
    std::copy_n(x, line.outer * line.in * line.inner, y);
    for (Size row = 0; row < line.outer * line.out; ++row)
        for (Size i = 0; i < line.inner; ++i) {
            const Size from = row * line.inner + i;
            const Size at = index[from] < 0 ? index[from] + line.in : index[from];
            if (at < 0 || at >= line.in) continue;
            T& element = y[(row / line.out * line.in + at) * line.inner + i];
            element = combine(element, updates[from]);
        }
}

/// y[o, p, i] = Σ weight[k] · x[o, index[k], i], k from begin[p] to begin[p + 1].
template <class T>
void resample(const Line& line, const std::int32_t* begin, const std::int32_t* index,
              const float* weight, const T* x, T* y) {
    for (Size row = 0; row < line.outer * line.out; ++row) {
        const Size p = row % line.out;
        const T* const from = x + row / line.out * line.in * line.inner;
        T* const to = y + row * line.inner;
        if (begin[p] == begin[p + 1]) std::fill_n(to, line.inner, T{});
        for (Size k = begin[p]; k < begin[p + 1]; ++k) {
            const T* const source = from + index[k] * line.inner;
            const T factor = static_cast<T>(weight[k]);
            if (k == begin[p])
                for (Size i = 0; i < line.inner; ++i) to[i] = factor * source[i];
            else
                for (Size i = 0; i < line.inner; ++i) to[i] += factor * source[i];
        }
    }
}

}  // namespace kernels
