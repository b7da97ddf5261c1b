// SPDX-License-Identifier: Apache-2.0
// Functions of whole numbers, as kernels/api/whole.h says what they are, with nothing undefined:
// what may overflow is worked out without sign in 64 bits, whose low ones are those of every type.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "kernels/api/both.h"

namespace vitrine::kernels::reference::whole {

constexpr uint64_t bits(auto x) { return static_cast<uint64_t>(x); }

template <class T>
constexpr bool isNegative(T x) {
    if constexpr (std::is_signed_v<T>) return x < 0;
    return false;
}

template <class T>
constexpr T add(T a, T b) {
    return static_cast<T>(bits(a) + bits(b));
}
template <class T>
constexpr T sub(T a, T b) {
    return static_cast<T>(bits(a) - bits(b));
}
template <class T>
constexpr T mul(T a, T b) {
    return static_cast<T>(bits(a) * bits(b));
}
template <class T>
constexpr T neg(T a) {
    return static_cast<T>(uint64_t{0} - bits(a));
}
template <class T>
constexpr T abs(T a) {
    return isNegative(a) ? neg(a) : a;
}
template <class T>
constexpr T sign(T a) {
    return isNegative(a) ? neg(T{1}) : static_cast<T>(a != 0);
}

/// The divisor −1 stands alone: the quotient of the lowest number leaves the range.
template <class T>
constexpr T div(T a, T b) {
    if (b == 0) return 0;
    if (isNegative(b) && add(b, T{1}) == 0) return neg(a);
    return static_cast<T>(a / b);
}
template <class T>
constexpr T modByDividend(T a, T b) {
    return b == 0 ? T{0} : sub(a, mul(b, div(a, b)));
}
template <class T>
constexpr T modByDivisor(T a, T b) {
    const T rest = modByDividend(a, b);
    return rest != 0 && isNegative(rest) != isNegative(b) ? add(rest, b) : rest;
}

template <class T>
constexpr T pow(T base, T exponent) {
    if (isNegative(exponent)) {
        const bool isUnit = abs(base) == 1;
        return isUnit ? (exponent % 2 == 0 ? T{1} : base) : T{0};
    }
    uint64_t power = 1, factor = bits(base);
    for (uint64_t rest = bits(exponent); rest > 0; rest /= 2) {
        if (rest % 2 == 1) power *= factor;
        factor *= factor;
    }
    return static_cast<T>(power);
}

/// The nearest number of the type to a bound.
template <class T>
T nearest(double bound, double (*rounded)(double)) {
    constexpr auto lowest = std::numeric_limits<T>::min(), highest = std::numeric_limits<T>::max();
    const double whole = rounded(bound);
    if (!(whole > static_cast<double>(lowest))) return lowest;
    return whole >= static_cast<double>(highest) ? highest : static_cast<T>(whole);
}

template <class T>
constexpr int widthOf = std::numeric_limits<std::make_unsigned_t<T>>::digits;
template <class T>
constexpr bool isPastWidth(T by) {
    return isNegative(by) || bits(by) >= bits(widthOf<T>);
}
template <class T>
constexpr T shiftLeft(T a, T by) {
    return isPastWidth(by) ? T{0} : static_cast<T>(bits(a) << by);
}
template <class T>
constexpr T shiftRight(T a, T by) {
    if (!isPastWidth(by)) return static_cast<T>(a >> by);
    return isNegative(a) ? neg(T{1}) : T{0};
}

/// ⌊√x⌋.
VITRINE_BOTH inline uint64_t squareRoot(uint64_t x) {
    auto root = static_cast<uint64_t>(std::sqrt(static_cast<double>(x)));
    while (root > 0 && root > x / root) --root;
    while (root + 1 <= x / (root + 1)) ++root;
    return root;
}

}  // namespace vitrine::kernels::reference::whole
