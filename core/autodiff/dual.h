// SPDX-License-Identifier: Apache-2.0
// Dual<T>: a number with its derivative, for forward mode on scalar code: v + d·ε with ε² = 0.
#pragma once

#include <cmath>
#include <concepts>

namespace vitrine {

template <std::floating_point T>
struct Dual {
    T value{};
    T derivative{};

    constexpr Dual() = default;
    /// A constant: derivative zero.
    constexpr Dual(T v) : value(v) {}
    constexpr Dual(T v, T d) : value(v), derivative(d) {}

    friend constexpr Dual operator+(Dual a, Dual b) {
        return {a.value + b.value, a.derivative + b.derivative};
    }
    friend constexpr Dual operator-(Dual a, Dual b) {
        return {a.value - b.value, a.derivative - b.derivative};
    }
    friend constexpr Dual operator-(Dual a) { return {-a.value, -a.derivative}; }
    friend constexpr Dual operator*(Dual a, Dual b) {
        return {a.value * b.value, a.derivative * b.value + a.value * b.derivative};
    }
    friend constexpr Dual operator/(Dual a, Dual b) {
        const T quotient = a.value / b.value;
        return {quotient, (a.derivative - quotient * b.derivative) / b.value};
    }
    friend constexpr bool operator<(Dual a, Dual b) { return a.value < b.value; }
    friend constexpr bool operator>(Dual a, Dual b) { return a.value > b.value; }
};

template <std::floating_point T>
Dual<T> exp(Dual<T> x) {
    const T e = std::exp(x.value);
    return {e, e * x.derivative};
}
template <std::floating_point T>
Dual<T> log(Dual<T> x) {
    return {std::log(x.value), x.derivative / x.value};
}
template <std::floating_point T>
Dual<T> sqrt(Dual<T> x) {
    const T root = std::sqrt(x.value);
    return {root, x.derivative / (2 * root)};
}
template <std::floating_point T>
Dual<T> tanh(Dual<T> x) {
    const T t = std::tanh(x.value);
    return {t, (1 - t * t) * x.derivative};
}
/// max(x, y); at a tie the derivative of y, so that max(x, 0) has derivative 0 at 0.
template <std::floating_point T>
constexpr Dual<T> max(Dual<T> x, Dual<T> y) {
    return x > y ? x : y;
}

/// A type that scalar formulas can be written in: float, double or a Dual of them.
template <class T>
concept Scalar = requires(T a, T b) {
    { a + b } -> std::same_as<T>;
    { a* b } -> std::same_as<T>;
    { a / b } -> std::same_as<T>;
    { a < b } -> std::convertible_to<bool>;
};

}  // namespace vitrine
