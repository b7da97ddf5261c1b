// SPDX-License-Identifier: Apache-2.0
// Pointwise functions on plain numbers that are more than a line, in forms that neither cancel nor
// overflow on the way: they are what float64 is computed with.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernels/api/both.h"

namespace vitrine::kernels::reference {

/// NaN stays.
template <class T>
VITRINE_BOTH T clampTo(T x, T low, T high) {
    return x < low ? low : x > high ? high : x;
}

template <class T>
VITRINE_BOTH T elu(T x, T scale, T argument) {
    return x < 0 ? scale * std::expm1(argument) : x;
}

/// x Φ(x).
template <class T>
VITRINE_BOTH T gelu(T x) {
    return T(0.5) * x * std::erfc(-x / std::numbers::sqrt2_v<T>);
}
/// Φ(x) + x e^(−x²/2) / √(2π).
template <class T>
VITRINE_BOTH T geluSlope(T x) {
    const T near = clampTo(x, T(-40), T(40));  // further out the density is 0
    const T density =
        std::exp(-near * near / 2) * std::numbers::inv_sqrtpi_v<T> / std::numbers::sqrt2_v<T>;
    return T(0.5) * std::erfc(-x / std::numbers::sqrt2_v<T>) + near * density;
}

/// 2 √(2/π).
template <class T>
constexpr T geluFactor = 2 * std::numbers::sqrt2_v<T>* std::numbers::inv_sqrtpi_v<T>;

/// x / (1 + e^−u), u = 2 √(2/π) (x + 0.044715 x³).
template <class T>
VITRINE_BOTH T geluTanh(T x) {
    const T u = geluFactor<T> * x * (1 + T(0.044715) * x * x);
    return x * (1 / (1 + std::exp(-u)));
}
template <class T>
VITRINE_BOTH T geluTanhSlope(T x) {
    const T near = clampTo(x, T(-30), T(30));
    const T u = geluFactor<T> * near * (1 + T(0.044715) * near * near);
    const T e = std::exp(-std::abs(u)), r = 1 / (1 + e);
    const T slope = geluFactor<T> * (1 + 3 * T(0.044715) * near * near);
    return (x < 0 ? e * r : r) + near * slope * (e * r * r);
}

/// x tanh(ln(1 + e^x)) = x n / (n + 2), n = e^x (e^x + 2); from x = 20 on the quotient is 1.
template <class T>
VITRINE_BOTH T mish(T x) {
    const T u = std::exp(std::min(x, T(20))), n = u * (u + 2);
    return x * (n / (n + 2));
}
template <class T>
VITRINE_BOTH T mishSlope(T x) {
    const T near = clampTo(x, T(-800), T(20));
    const T u = std::exp(near), n = u * (u + 2), r = 1 / (n + 2);
    return n * r + 4 * near * (u * r) * (1 + u) * r;
}

/// Up to −3, from 3 on, and between.
template <class T>
VITRINE_BOTH T hardSwishSlope(T x) {
    return x <= -3 ? T(0) : x >= 3 ? T(1) : x / 3 + T(0.5);
}

/// What is left of a over b, with the sign of b.
template <class T>
VITRINE_BOTH T modByDivisor(T a, T b) {
    const T rest = std::fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

template <class T>
VITRINE_BOTH T maxGate(T dy, T own, T other) {
    return own < other ? T(0) : own == other ? dy / 2 : dy;
}

}  // namespace vitrine::kernels::reference
