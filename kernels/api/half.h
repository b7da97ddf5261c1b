// SPDX-License-Identifier: Apache-2.0
// The two 16-bit floating-point formats as numbers: IEEE 754 binary16 and bfloat16.
#pragma once

#include <bit>
#include <cstdint>

namespace vitrine {

/// Exact: every binary16 is a binary32.
constexpr float halfToFloat(uint16_t half) {
    const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16;
    const uint32_t exponent = (half >> 10) & 0x1f, fraction = half & 0x3ff;
    if (exponent == 0) {  // zero and subnormal numbers: fraction · 2⁻²⁴
        const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
        return sign ? -magnitude : magnitude;
    }
    const uint32_t wide = exponent == 0x1f ? 0xff : exponent + (127 - 15);
    return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}

/// Rounds to nearest, ties to even; past the largest number infinity; NaN stays NaN.
constexpr uint16_t floatToHalf(float x) {
    const auto bits = std::bit_cast<uint32_t>(x);
    const auto sign = static_cast<uint16_t>(bits >> 16 & 0x8000);
    const uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) return static_cast<uint16_t>(sign | 0x7e00);
    if (magnitude >= 0x477ff000) return static_cast<uint16_t>(sign | 0x7c00);
    if (magnitude < 0x38800000) {
        // Below 2⁻¹⁴ numbers are 2⁻²⁴ apart, as floats from ½ to 1 are: the addition rounds.
        const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
        return static_cast<uint16_t>(sign | (std::bit_cast<uint32_t>(shifted) - 0x3f000000));
    }
    const uint32_t odd = magnitude >> 13 & 1;
    const uint32_t rounded = magnitude - ((127u - 15u) << 23) + 0xfff + odd;
    return static_cast<uint16_t>(sign | rounded >> 13);
}

/// The float towards zero, with its last bit set where the number is no float: rounding that once
/// more, into a type with at least two bits fewer, is rounding the number. NaN stays NaN.
constexpr float roundToOdd(double number) {
    const auto near = static_cast<float>(number);
    if (static_cast<double>(near) == number || number != number) return near;
    auto bits = std::bit_cast<uint32_t>(near);
    const auto magnitude = [](double x) { return x < 0 ? -x : x; };
    if (magnitude(static_cast<double>(near)) > magnitude(number)) --bits;
    return std::bit_cast<float>(bits | 1);
}

/// Exact: bfloat16 is the upper half of a binary32.
constexpr float brainToFloat(uint16_t brain) {
    return std::bit_cast<float>(static_cast<uint32_t>(brain) << 16);
}

/// Rounds to nearest, ties to even; NaN stays NaN.
constexpr uint16_t floatToBrain(float x) {
    const auto bits = std::bit_cast<uint32_t>(x);
    if ((bits & 0x7fffffff) > 0x7f800000) return static_cast<uint16_t>(bits >> 16 | 0x40);
    return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

}  // namespace vitrine
