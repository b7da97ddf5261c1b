// SPDX-License-Identifier: Apache-2.0
// Functions of whole numbers. What leaves a type's range wraps; nothing is undefined: what may
// overflow is worked out without sign in 64 bits, whose low ones are those of every type.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "lanes.h"

namespace kernels::whole {

template <class T>
KERNELS_INLINE constexpr std::uint64_t bits(T x) {
    return static_cast<std::uint64_t>(x);
}

template <class T>
KERNELS_INLINE constexpr bool isNegative(T x) {
    if constexpr (std::is_signed_v<T>) return x < 0;
    return false;
}

template <class T>
KERNELS_INLINE constexpr T add(T a, T b) {
    return static_cast<T>(bits(a) + bits(b));
}
template <class T>
KERNELS_INLINE constexpr T sub(T a, T b) {
    return static_cast<T>(bits(a) - bits(b));
}
template <class T>
KERNELS_INLINE constexpr T mul(T a, T b) {
    return static_cast<T>(bits(a) * bits(b));
}
template <class T>
KERNELS_INLINE constexpr T neg(T a) {
    return static_cast<T>(std::uint64_t{0} - bits(a));
}
template <class T>
KERNELS_INLINE constexpr T abs(T a) {
    return isNegative(a) ? neg(a) : a;
}
template <class T>
KERNELS_INLINE constexpr T sign(T a) {
    return isNegative(a) ? neg(T{1}) : static_cast<T>(a != 0);
}
/// Cut towards 0; 0 where b is.
template <class T>
KERNELS_INLINE constexpr T div(T a, T b) {
    if (b == 0) return 0;
    if (isNegative(b) && add(b, T{1}) == 0) return neg(a);
    return static_cast<T>(a / b);
}
template <class T>
KERNELS_INLINE constexpr T mod_by_dividend(T a, T b) {
    return b == 0 ? T{0} : sub(a, mul(b, div(a, b)));
}
template <class T>
KERNELS_INLINE constexpr T mod_by_divisor(T a, T b) {
    const T rest = mod_by_dividend(a, b);
    return rest != 0 && isNegative(rest) != isNegative(b) ? add(rest, b) : rest;
}
template <class T>
KERNELS_INLINE constexpr T pow(T base, T exponent) {
    if (isNegative(exponent)) return abs(base) == 1 ? (exponent % 2 == 0 ? T{1} : base) : T{0};
    std::uint64_t power = 1, factor = bits(base);
    for (std::uint64_t rest = bits(exponent); rest > 0; rest /= 2) {
        if (rest % 2 == 1) power *= factor;
        factor *= factor;
    }
    return static_cast<T>(power);
}
template <class T>
KERNELS_INLINE constexpr T max(T a, T b) {
    return a > b ? a : b;
}
template <class T>
KERNELS_INLINE constexpr T min(T a, T b) {
    return a < b ? a : b;
}
template <class T>
KERNELS_INLINE constexpr T clamp(T a, T low, T high) {
    return a < low ? low : a > high ? high : a;
}
template <class T>
KERNELS_INLINE constexpr T bit_and(T a, T b) {
    return static_cast<T>(a & b);
}
template <class T>
KERNELS_INLINE constexpr T bit_or(T a, T b) {
    return static_cast<T>(a | b);
}
template <class T>
KERNELS_INLINE constexpr T bit_xor(T a, T b) {
    return static_cast<T>(a ^ b);
}
template <class T>
KERNELS_INLINE constexpr T bit_not(T a) {
    return static_cast<T>(~a);
}
template <class T>
KERNELS_INLINE constexpr bool isPastWidth(T by) {
    return isNegative(by) || bits(by) >= bits(std::numeric_limits<std::make_unsigned_t<T>>::digits);
}
template <class T>
KERNELS_INLINE constexpr T shift_left(T a, T by) {
    return isPastWidth(by) ? T{0} : static_cast<T>(bits(a) << by);
}
template <class T>
KERNELS_INLINE constexpr T shift_right(T a, T by) {
    if (!isPastWidth(by)) return static_cast<T>(a >> by);
    return isNegative(a) ? neg(T{1}) : T{0};
}
/// ⌊√x⌋.
inline std::uint64_t squareRoot(std::uint64_t x) {
    auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(x)));
    while (root > 0 && root > x / root) --root;
    while (root + 1 <= x / (root + 1)) ++root;
    return root;
}

}  // namespace kernels::whole
