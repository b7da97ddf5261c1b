// SPDX-License-Identifier: Apache-2.0
// Element types of tensors. Operators compute with the first four and index with whole numbers;
// the 8-bit floats and what is packed several to a byte are stored and cast, and nothing more.
#pragma once

#include <cstdint>
#include <string_view>

namespace vitrine {

enum class DType : uint8_t {
    F16,
    BF16,
    F32,
    F64,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    Bool,
    F8E4M3FN,
    F8E4M3FNUZ,
    F8E5M2,
    F8E5M2FNUZ,
    F8E8M0,  ///< powers of two alone: scales of blocks
    F4E2M1,
    I4,
    U4,
    I2,
    U2
};
inline constexpr DType allDTypes[] = {
    DType::F16,    DType::BF16,       DType::F32,    DType::F64,      DType::I8,
    DType::I16,    DType::I32,        DType::I64,    DType::U8,       DType::U16,
    DType::U32,    DType::U64,        DType::Bool,   DType::F8E4M3FN, DType::F8E4M3FNUZ,
    DType::F8E5M2, DType::F8E5M2FNUZ, DType::F8E8M0, DType::F4E2M1,   DType::I4,
    DType::U4,     DType::I2,         DType::U2};

constexpr int bitsOf(DType type) {
    switch (type) {
        case DType::F64:
        case DType::I64:
        case DType::U64:
            return 64;
        case DType::F32:
        case DType::I32:
        case DType::U32:
            return 32;
        case DType::F16:
        case DType::BF16:
        case DType::I16:
        case DType::U16:
            return 16;
        case DType::F4E2M1:
        case DType::I4:
        case DType::U4:
            return 4;
        case DType::I2:
        case DType::U2:
            return 2;
        default:
            return 8;
    }
}

/// Several to a byte, the first in its low bits.
constexpr bool isPacked(DType type) { return bitsOf(type) < 8; }

/// Bytes of one element; a packed one takes a whole byte where it is alone.
constexpr int64_t sizeOf(DType type) { return isPacked(type) ? 1 : bitsOf(type) / 8; }

/// Bytes of elements that follow one another.
constexpr int64_t bytesOf(DType type, int64_t elements) {
    return isPacked(type) ? (elements * bitsOf(type) + 7) / 8 : elements * sizeOf(type);
}

/// Floating-point types that operators compute with.
constexpr bool isFloat(DType type) { return type <= DType::F64; }
/// Those and the small ones that are stored and cast.
constexpr bool isAnyFloat(DType type) {
    return isFloat(type) || (type >= DType::F8E4M3FN && type <= DType::F4E2M1);
}
/// Whole numbers that operators index with.
constexpr bool isInteger(DType type) { return type >= DType::I8 && type <= DType::U64; }

constexpr std::string_view name(DType type) {
    constexpr std::string_view names[] = {
        "f16",        "bf16",   "f32",    "f64", "i8",   "i16",      "i32",        "i64",
        "u8",         "u16",    "u32",    "u64", "bool", "f8e4m3fn", "f8e4m3fnuz", "f8e5m2",
        "f8e5m2fnuz", "f8e8m0", "f4e2m1", "i4",  "u4",   "i2",       "u2"};
    return names[static_cast<int>(type)];
}

}  // namespace vitrine
