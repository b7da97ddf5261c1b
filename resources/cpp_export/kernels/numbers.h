// SPDX-License-Identifier: Apache-2.0
// Functions of single numbers: what networks do element by element. Comparisons with NaN are false,
// so that most functions keep it. `T` is float or double.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <type_traits>

#include "lanes.h"

namespace kernels {

/// e^x within two units in the last place, without a branch, so that loops of it become vectors:
/// e^x = 2^k e^r, |r| ≤ ln 2 / 2, a polynomial of r. Below the smallest normal number 0.
KERNELS_INLINE float exponential(float x) {
    const float bounded = x > 88.8f ? 88.8f : x < -87.4f ? -87.4f : x;
    const float shifted = bounded * std::numbers::log2e_v<float> + 12582912.0f;
    const float k = shifted - 12582912.0f;
    const float r = (bounded - k * 0.693145751953125f) - k * 1.428606765330187045e-06f;
    float sum = 1.9875691500e-4f;
    sum = sum * r + 1.3981999507e-3f;
    sum = sum * r + 8.3334519073e-3f;
    sum = sum * r + 4.1665795894e-2f;
    sum = sum * r + 1.6666665459e-1f;
    sum = sum * r + 5.0000001201e-1f;
    sum = sum * (r * r) + r + 1.0f;
    // Two factors: 2^128 is no float of its own.
    const std::int32_t power = std::bit_cast<std::int32_t>(shifted) - 0x4b400000;
    const std::int32_t half = power >> 1;
    const float low = std::bit_cast<float>((half + 127) << 23);
    const float high = std::bit_cast<float>((power - half + 127) << 23);
    const float result = sum * low * high;
    return x != x        ? x
           : x > 88.73f  ? std::numeric_limits<float>::infinity()
           : x < -87.34f ? 0.0f
                         : result;
}
KERNELS_INLINE double exponential(double x) { return std::exp(x); }

template <class T>
KERNELS_INLINE T clampTo(T x, T low, T high) {
    return x < low ? low : x > high ? high : x;
}

// What stands for `add`, `relu` and so on in the network's file.
template <class T>
KERNELS_INLINE T add(T a, T b) {
    return a + b;
}
template <class T>
KERNELS_INLINE T sub(T a, T b) {
    return a - b;
}
template <class T>
KERNELS_INLINE T mul(T a, T b) {
    return a * b;
}
template <class T>
KERNELS_INLINE T mul_add(T a, T b, T c) {
    return a * b + c;
}
template <class T>
KERNELS_INLINE T normalized(T a, T center, T factor, T shift) {
    return (a - center) * factor + shift;
}
template <class T>
KERNELS_INLINE T scale(T a, T p) {
    return p * a;
}
template <class T>
KERNELS_INLINE T shift(T a, T p) {
    return a + p;
}
template <class T>
KERNELS_INLINE T relu(T a) {
    return a < 0 ? T(0) : a;
}
template <class T>
KERNELS_INLINE T relu_gate(T a, T b) {
    return b > 0 ? a : T(0);
}
template <class T>
KERNELS_INLINE T leaky_relu(T a, T p) {
    return a > 0 ? a : p * a;
}
template <class T>
KERNELS_INLINE T leaky_relu_gate(T a, T b, T p) {
    return b > 0 ? a : p * a;
}
template <class T>
KERNELS_INLINE T sigmoid(T a) {
    return T(1) / (T(1) + exponential(-a));
}
template <class T>
KERNELS_INLINE T tanh(T a) {
    return std::tanh(a);
}
template <class T>
KERNELS_INLINE T softplus(T a) {
    return std::max(a, T(0)) + std::log1p(std::exp(-std::abs(a)));
}
template <class T>
KERNELS_INLINE T abs(T a) {
    return std::abs(a);
}
template <class T>
KERNELS_INLINE T exp(T a) {
    return exponential(a);
}
template <class T>
KERNELS_INLINE T log(T a) {
    return std::log(a);
}
template <class T>
KERNELS_INLINE T sqrt(T a) {
    return std::sqrt(a);
}
template <class T>
KERNELS_INLINE T reciprocal(T a) {
    return T(1) / a;
}
template <class T>
KERNELS_INLINE T rsqrt(T a, T p) {
    return T(1) / std::sqrt(a + p);
}
template <class T>
KERNELS_INLINE T elu(T a, T p) {
    return a < 0 ? p * std::expm1(a) : a;
}
template <class T>
KERNELS_INLINE T elu_slope(T a, T p) {
    return a > 0 ? T(1) : p * std::exp(a);
}
template <class T>
KERNELS_INLINE T celu(T a, T p) {
    return a < 0 ? p * std::expm1(a / p) : a;
}
template <class T>
KERNELS_INLINE T gelu(T a) {
    return T(0.5) * a * std::erfc(-a / std::numbers::sqrt2_v<T>);
}
template <class T>
KERNELS_INLINE T gelu_slope(T a) {
    const T near = clampTo(a, T(-40), T(40));
    const T density =
        std::exp(-near * near / 2) * std::numbers::inv_sqrtpi_v<T> / std::numbers::sqrt2_v<T>;
    return T(0.5) * std::erfc(-a / std::numbers::sqrt2_v<T>) + near * density;
}
/// 2 √(2/π).
template <class T>
inline constexpr T geluFactor = 2 * std::numbers::sqrt2_v<T>* std::numbers::inv_sqrtpi_v<T>;
template <class T>
KERNELS_INLINE T gelu_tanh(T a) {
    const T u = geluFactor<T> * a * (1 + T(0.044715) * a * a);
    return a * (1 / (1 + exponential(-u)));
}
template <class T>
KERNELS_INLINE T gelu_tanh_slope(T a) {
    const T near = clampTo(a, T(-30), T(30));
    const T u = geluFactor<T> * near * (1 + T(0.044715) * near * near);
    const T e = std::exp(-std::abs(u)), r = 1 / (1 + e);
    const T slope = geluFactor<T> * (1 + 3 * T(0.044715) * near * near);
    return (a < 0 ? e * r : r) + near * slope * (e * r * r);
}
/// a tanh(ln(1 + e^a)); from 20 on the quotient is 1.
template <class T>
KERNELS_INLINE T mish(T a) {
    const T u = exponential(a > 20 ? T(20) : a), n = u * (u + 2);
    return a * (n / (n + 2));
}
template <class T>
KERNELS_INLINE T mish_slope(T a) {
    const T near = clampTo(a, T(-800), T(20));
    const T u = std::exp(near), n = u * (u + 2), r = 1 / (n + 2);
    return n * r + 4 * near * (u * r) * (1 + u) * r;
}
template <class T>
KERNELS_INLINE T hard_sigmoid(T a, T p, T q) {
    return clampTo(p * a + q, T(0), T(1));
}
template <class T>
KERNELS_INLINE T hard_swish(T a) {
    return a * (clampTo(a + 3, T(0), T(6)) / 6);
}
template <class T>
KERNELS_INLINE T hard_swish_slope(T a) {
    return a <= -3 ? T(0) : a >= 3 ? T(1) : a / 3 + T(0.5);
}
template <class T>
KERNELS_INLINE T softsign(T a) {
    return a / (1 + std::abs(a));
}
template <class T>
KERNELS_INLINE T softshrink(T a, T p) {
    return a - clampTo(a, -p, p);
}
template <class T>
KERNELS_INLINE T threshold(T a, T p, T q) {
    return a <= p ? q : a;
}
template <class T>
KERNELS_INLINE T clamp(T a, T p, T q) {
    return clampTo(a, p, q);
}
template <class T>
KERNELS_INLINE T inside_gate(T a, T b, T p, T q) {
    return b > p && b < q ? a : T(0);
}
template <class T>
KERNELS_INLINE T outside_gate(T a, T b, T p, T q) {
    return b < p || b > q ? a : T(0);
}
template <class T>
KERNELS_INLINE T max(T a, T b) {
    return a > b || a != a ? a : b;
}
template <class T>
KERNELS_INLINE T min(T a, T b) {
    return a < b || a != a ? a : b;
}
template <class T>
KERNELS_INLINE T max_gate(T a, T b, T c) {
    return b < c ? T(0) : b == c ? a / 2 : a;
}
template <class T>
KERNELS_INLINE T div(T a, T b) {
    return a / b;
}
template <class T>
KERNELS_INLINE T square(T a) {
    return a * a;
}
template <class T>
KERNELS_INLINE T pow(T a, T b) {
    return std::pow(a, b);
}
template <class T>
KERNELS_INLINE T pow_scalar(T a, T p) {
    return std::pow(a, p);
}
/// What is left of a over b, with the sign of b.
template <class T>
KERNELS_INLINE T mod_by_divisor(T a, T b) {
    const T rest = std::fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}
template <class T>
KERNELS_INLINE T mod_by_dividend(T a, T b) {
    return std::fmod(a, b);
}
template <class T>
KERNELS_INLINE T sign(T a) {
    return a > 0 ? T(1) : a < 0 ? T(-1) : a;
}
template <class T>
KERNELS_INLINE T sin(T a) {
    return std::sin(a);
}
template <class T>
KERNELS_INLINE T cos(T a) {
    return std::cos(a);
}
template <class T>
KERNELS_INLINE T tan(T a) {
    return std::tan(a);
}
template <class T>
KERNELS_INLINE T asin(T a) {
    return std::asin(a);
}
template <class T>
KERNELS_INLINE T acos(T a) {
    return std::acos(a);
}
template <class T>
KERNELS_INLINE T atan(T a) {
    return std::atan(a);
}
template <class T>
KERNELS_INLINE T sinh(T a) {
    return std::sinh(a);
}
template <class T>
KERNELS_INLINE T cosh(T a) {
    return std::cosh(a);
}
template <class T>
KERNELS_INLINE T asinh(T a) {
    return std::asinh(a);
}
template <class T>
KERNELS_INLINE T acosh(T a) {
    return std::acosh(a);
}
template <class T>
KERNELS_INLINE T atanh(T a) {
    return std::atanh(a);
}
template <class T>
KERNELS_INLINE T erf(T a) {
    return std::erf(a);
}
template <class T>
KERNELS_INLINE T floor(T a) {
    return std::floor(a);
}
template <class T>
KERNELS_INLINE T ceil(T a) {
    return std::ceil(a);
}
/// Half to even.
template <class T>
KERNELS_INLINE T round(T a) {
    return std::nearbyint(a);
}
template <class T>
KERNELS_INLINE T clip_scale(T a, T p) {
    return p / (a + T(1e-6)) > 1 ? T(1) : p / (a + T(1e-6));
}

/// x in another type: floats to whole numbers are cut towards zero and stop at the ends of the
/// range, NaN is 0; whole numbers keep their low bits.
template <class To, class From>
KERNELS_INLINE To cast(From x) {
    if constexpr (std::is_same_v<To, bool>) {
        return x != From(0);
    } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
        constexpr From low = static_cast<From>(std::numeric_limits<To>::min());
        constexpr From high = static_cast<From>(std::numeric_limits<To>::max());
        if (x != x) return 0;
        if (x <= low) return std::numeric_limits<To>::min();
        return x >= high ? std::numeric_limits<To>::max() : static_cast<To>(x);
    } else {
        return static_cast<To>(x);
    }
}

}  // namespace kernels
