// SPDX-License-Identifier: Apache-2.0
// What elements along some axes make together, and rows: softmax, mean and variance. Sums run in
// double precision.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "numbers.h"
#include "pointwise.h"
#include "whole.h"

namespace kernels {

/// Axes of x that stay, in order, and those that go.
struct Reduction {
    Walk<1> kept, gone;
};

namespace reductions {

struct Sum {
    template <class T, class ForEach>
    static T of(ForEach forEach) {
        if constexpr (std::is_floating_point_v<T>) {
            double sum = 0;
            forEach([&](T x) { sum += static_cast<double>(x); });
            return static_cast<T>(sum);
        } else {
            std::uint64_t sum = 0;
            forEach([&](T x) { sum += whole::bits(x); });
            return static_cast<T>(sum);
        }
    }
};
template <bool Largest>
struct Extreme {
    template <class T, class ForEach>
    static T of(ForEach forEach) {
        T best{};
        bool isFirst = true;
        forEach([&](T x) {
            const bool isMore = Largest ? x > best : x < best;
            if (isFirst || isMore || x != x) best = x;
            isFirst = false;
        });
        return best;
    }
};
using Max = Extreme<true>;
using Min = Extreme<false>;
struct Norm {
    template <class T, class ForEach>
    static T of(ForEach forEach) {
        if constexpr (std::is_floating_point_v<T>) {
            double sum = 0;
            forEach([&](T x) { sum += static_cast<double>(x) * static_cast<double>(x); });
            return static_cast<T>(std::sqrt(sum));
        } else {
            std::uint64_t sum = 0;
            forEach([&](T x) { sum += whole::bits(x) * whole::bits(x); });
            return static_cast<T>(whole::squareRoot(sum));
        }
    }
};
struct LogSumExp {
    template <class T, class ForEach>
    static T of(ForEach forEach) {
        double largest = -std::numeric_limits<double>::infinity(), sum = 0;
        forEach([&](T x) {
            if (x > largest || x != x) largest = static_cast<double>(x);
        });
        if (!std::isfinite(largest)) return static_cast<T>(largest);
        forEach([&](T x) { sum += std::exp(static_cast<double>(x) - largest); });
        return static_cast<T>(largest + std::log(sum));
    }
};

}  // namespace reductions

/// y[kept] = Pass of x along the axes that go.
template <class Pass, class T>
void reduce(const Reduction& axes, const T* x, T* y) {
    const Size count = axes.gone.extents[axes.gone.rank - 1];
    const Size step = axes.gone.steps[0][axes.gone.rank - 1];
    forEachRow(axes.kept, 0, [&](const Size* start) {
        *y++ = Pass::template of<T>([&](auto take) {
            forEachRow(axes.gone, 1, [&](const Size* offsets) {
                const T* const from = x + *start + *offsets;
                for (Size i = 0; i < count; ++i) take(from[i * step]);
            });
        });
    });
}

/// Sums where the last axis that stays lies side by side: whole rows are added up, as the mean of
/// each channel's pixels is.
template <class T>
void sumRows(const Reduction& axes, const T* x, T* y) {
    static_assert(std::is_floating_point_v<T>);
    constexpr Size block = 32;
    const Size count = axes.kept.extents[axes.kept.rank - 1];
    const auto rows = [&](const T* start, auto width) {
        double sums[block] = {};
        forEachRow(axes.gone, 0, [&](const Size* offsets) {
            for (Size i = 0; i < width; ++i) sums[i] += static_cast<double>(start[*offsets + i]);
        });
        for (Size i = 0; i < width; ++i) *y++ = static_cast<T>(sums[i]);
    };
    forEachRow(axes.kept, 1, [&](const Size* start) {
        Size first = 0;
        for (; first + block <= count; first += block)
            rows(x + *start + first, std::integral_constant<Size, block>{});
        if (first < count) rows(x + *start + first, count - first);
    });
}

/// Mean and variance (Σ (x − mean)² / count) along the axes that go.
template <class T>
void moments(const Reduction& axes, const T* x, T* mean, T* variance) {
    Size count = 1;
    for (int axis = 0; axis < axes.gone.rank; ++axis) count *= axes.gone.extents[axis];
    forEachRow(axes.kept, 0, [&](const Size* start) {
        double sum = 0, squares = 0;
        forEachRow(axes.gone, 0,
                   [&](const Size* offsets) { sum += static_cast<double>(x[*start + *offsets]); });
        const double center = sum / static_cast<double>(count);
        forEachRow(axes.gone, 0, [&](const Size* offsets) {
            const double apart = static_cast<double>(x[*start + *offsets]) - center;
            squares += apart * apart;
        });
        *mean++ = static_cast<T>(center);
        *variance++ = static_cast<T>(squares / static_cast<double>(count));
    });
}

/// y = e^x / Σ e^x over rows of `count`.
template <class T>
void softmax(Size rows, Size count, const T* x, T* y) {
    for (; rows > 0; --rows, x += count, y += count) {
        T largest = x[0];
        for (Size i = 1; i < count; ++i) largest = x[i] > largest ? x[i] : largest;
        for (Size i = 0; i < count; ++i) y[i] = exponential(x[i] - largest);
        double sum = 0;
        for (Size i = 0; i < count; ++i) sum += static_cast<double>(y[i]);
        const T share = static_cast<T>(1 / sum);
        for (Size i = 0; i < count; ++i) y[i] *= share;
    }
}

/// y = x − ln Σ e^x over rows of `count`.
template <class T>
void logSoftmax(Size rows, Size count, const T* x, T* y) {
    for (; rows > 0; --rows, x += count, y += count) {
        T largest = x[0];
        for (Size i = 1; i < count; ++i) largest = x[i] > largest ? x[i] : largest;
        double sum = 0;
        for (Size i = 0; i < count; ++i) sum += std::exp(static_cast<double>(x[i] - largest));
        const double all = std::log(sum);
        for (Size i = 0; i < count; ++i)
            y[i] = static_cast<T>(static_cast<double>(x[i] - largest) - all);
    }
}

/// Σ a · b over rows of `count`.
template <class T>
void rowDot(Size rows, Size count, const T* a, const T* b, T* y) {
    for (Size row = 0; row < rows; ++row) {
        double sum = 0;
        for (Size i = row * count; i < (row + 1) * count; ++i)
            sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
        y[row] = static_cast<T>(sum);
    }
}

/// y = scale · (x − mean) / √(variance + epsilon) + shift over rows of `count`. A row has `ofRow`
/// scales and shifts, each for as many elements; `blocks` rows after one another have others.
template <class T>
void normalizeRows(Size rows, Size count, Size blocks, Size ofRow, double epsilon, const T* x,
                   const T* scale, const T* shift, T* y) {
    const double all = static_cast<double>(count);
    for (Size row = 0; row < rows; ++row, x += count, y += count) {
        double sum = 0, squares = 0;
        for (Size i = 0; i < count; ++i) sum += static_cast<double>(x[i]);
        const double mean = sum / all;
        for (Size i = 0; i < count; ++i) {
            const double apart = static_cast<double>(x[i]) - mean;
            squares += apart * apart;
        }
        const double inverse = 1 / std::sqrt(squares / all + epsilon);
        const Size first = row % blocks * ofRow, run = count / ofRow;
        for (Size i = 0; i < count; ++i)
            y[i] = static_cast<T>((static_cast<double>(x[i]) - mean) * inverse *
                                      static_cast<double>(scale[first + i / run]) +
                                  static_cast<double>(shift[first + i / run]));
    }
}

}  // namespace kernels
