// SPDX-License-Identifier: Apache-2.0
// Floating-point formats of 8 and 4 bits as numbers. Sources: Micikevicius et al., FP8 Formats for
// Deep Learning (2022), for E4M3FN and E5M2; Noune et al., 8-bit Numerical Formats for Deep Neural
// Networks (2022), for the two without negative zero (FNUZ); OCP Microscaling Formats 1.0, for
// E2M1 and E8M0.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace vitrine {

/// Codes are sign, exponent, fraction; exponent field 0 holds zero and the subnormal numbers.
struct SmallFloat {
    int exponentBits = 4, fractionBits = 3, bias = 7;
    uint8_t largest = 0x7e;  ///< code of the largest number
    uint8_t nan = 0x7f;      ///< of NaN
    uint8_t infinity = 0;    ///< of infinity; 0: there is none
    bool hasNegativeZero = true;

    constexpr uint8_t signBit() const {
        return static_cast<uint8_t>(1 << (exponentBits + fractionBits));
    }
};

inline constexpr SmallFloat e4m3fn = {};
inline constexpr SmallFloat e4m3fnuz = {
    .bias = 8, .largest = 0x7f, .nan = 0x80, .hasNegativeZero = false};
inline constexpr SmallFloat e5m2 = {.exponentBits = 5,
                                    .fractionBits = 2,
                                    .bias = 15,
                                    .largest = 0x7b,
                                    .nan = 0x7e,
                                    .infinity = 0x7c};
inline constexpr SmallFloat e5m2fnuz = {.exponentBits = 5,
                                        .fractionBits = 2,
                                        .bias = 16,
                                        .largest = 0x7f,
                                        .nan = 0x80,
                                        .hasNegativeZero = false};
/// Has no NaN: it becomes negative zero.
inline constexpr SmallFloat e2m1 = {
    .exponentBits = 2, .fractionBits = 1, .bias = 1, .largest = 0x7, .nan = 0x8};

/// 2^exponent, for exponents of normal float32 numbers.
constexpr float powerOfTwo(int exponent) {
    return std::bit_cast<float>(static_cast<uint32_t>(exponent + 127) << 23);
}

/// Exact. In E2M1 every code is a number, negative zero too.
constexpr float smallFloatToFloat(const SmallFloat& f, uint8_t code) {
    const bool isNegative = (code & f.signBit()) != 0;
    const int magnitude = code & (f.signBit() - 1);
    const bool isNan =
        f.hasNegativeZero ? magnitude > f.largest && magnitude != f.infinity : code == f.nan;
    if (isNan) return std::numeric_limits<float>::quiet_NaN();
    if (f.infinity != 0 && magnitude == f.infinity)
        return isNegative ? -std::numeric_limits<float>::infinity()
                          : std::numeric_limits<float>::infinity();
    const int exponent = magnitude >> f.fractionBits;
    const int fraction = magnitude & ((1 << f.fractionBits) - 1);
    const float significand =
        static_cast<float>(exponent == 0 ? fraction : fraction + (1 << f.fractionBits));
    const int power = (exponent == 0 ? 1 : exponent) - f.bias - f.fractionBits;
    const float number = significand * powerOfTwo(power);
    return isNegative ? -number : number;
}

/// Rounds to nearest, ties to even. What rounds past the largest number becomes that number where
/// `saturate`, else infinity, or NaN where the format has none.
constexpr uint8_t floatToSmallFloat(const SmallFloat& f, float x, bool saturate) {
    const auto bits = std::bit_cast<uint32_t>(x);
    const uint8_t sign = (bits >> 31) != 0 ? f.signBit() : uint8_t{0};
    const uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) return static_cast<uint8_t>(f.nan | sign);
    const uint32_t smallestNormal = static_cast<uint32_t>(1 - f.bias + 127) << 23;
    uint32_t code = 0;
    if (magnitude < smallestNormal) {
        // Steps of 2^(1 − bias − fraction bits): as whole numbers beside 2^23 they are rounded.
        const float steps =
            std::bit_cast<float>(magnitude) * powerOfTwo(f.bias - 1 + f.fractionBits);
        code = std::bit_cast<uint32_t>(steps + 0x1p23f) & 0xff;
    } else {
        const int cut = 23 - f.fractionBits;
        const uint32_t odd = magnitude >> cut & 1;
        const uint32_t rounded = magnitude + ((1u << (cut - 1)) - 1) + odd;
        code = (rounded >> cut) - (static_cast<uint32_t>(127 - f.bias) << f.fractionBits);
    }
    if (code > f.largest) {
        if (saturate) return static_cast<uint8_t>(f.largest | sign);
        return static_cast<uint8_t>((f.infinity != 0 ? f.infinity : f.nan) | sign);
    }
    if (code == 0 && !f.hasNegativeZero) return 0;
    return static_cast<uint8_t>(code | sign);
}

/// E8M0: 2^(code − 127); 255 is NaN.
constexpr float scaleToFloat(uint8_t code) {
    if (code == 255) return std::numeric_limits<float>::quiet_NaN();
    return code == 0 ? 0x1p-127f : powerOfTwo(code - 127);
}

/// The nearest power of two, the larger one of a tie. Zero, negative numbers, infinity and NaN
/// become NaN; where `saturate`, infinity and what rounds past 2^127 becomes 2^127.
constexpr uint8_t floatToScale(float x, bool saturate) {
    const auto bits = std::bit_cast<uint32_t>(x);
    if (bits == 0 || bits > 0x7f800000) return 255;
    if (bits < 0x00600000) return 0;  // below 1.5 · 2⁻¹²⁷
    const uint32_t code = (bits + 0x00400000) >> 23;
    if (code < 255) return static_cast<uint8_t>(code);
    return saturate ? 254 : 255;
}

}  // namespace vitrine
