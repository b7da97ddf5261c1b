// SPDX-License-Identifier: Apache-2.0
// NumberArray: an array of numbers as a file has it, whatever its type, its byte order and the
// order of its axes, and the ways to take its numbers out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

enum class NumberType : uint8_t { Bool, U8, I8, U16, I16, U32, I32, U64, I64, F16, F32, F64 };
std::string_view name(NumberType type);  ///< `uint8`, as NumPy calls it
size_t sizeOf(NumberType type);
constexpr bool isFloat(NumberType type) { return type >= NumberType::F16; }

/// A checked array: `bytes` borrows exactly the bytes that the extents claim.
struct NumberArray {
    NumberType type = NumberType::U8;
    bool isBigEndian = false;
    bool isFortran = false;  ///< the first index runs fastest
    bool isRaw = false;      ///< bits of numbers of a type that NumPy does not know
    std::vector<int64_t> extents = {};
    std::span<const std::byte> bytes = {};

    size_t rank() const { return extents.size(); }
    int64_t elements() const;
    int64_t examples() const { return extents.empty() ? 1 : extents[0]; }
    /// `float32 [3, 28, 28]`.
    std::string text() const;
};

/// How numbers become bytes of pixels. What does not fit is clamped, what is not a number is 0.
enum class PixelScale : uint8_t {
    AsTheyAre,  ///< 0 to 255
    Unit,       ///< 0 to 1 becomes 0 to 255, rounded
    Wide        ///< 0 to 65535 becomes 0 to 255, rounded
};

// All numbers, the axes in the order that `axes` gives, the last running fastest; no axes: as they
// are named. Any thread.
std::vector<std::byte> pixelsOf(const NumberArray& array, PixelScale scale,
                                std::span<const size_t> axes = {});
std::vector<float> floatsOf(const NumberArray& array, std::span<const size_t> axes = {});
std::vector<double> doublesOf(const NumberArray& array);
/// The elements as they are, in this machine's byte order.
std::vector<std::byte> elementsOf(const NumberArray& array);
/// Parts behind the point are cut off; numbers outside are clamped to ±2^53.
std::vector<int64_t> integersOf(const NumberArray& array);

/// What numbers an array holds.
struct NumberRange {
    double smallest = 0, largest = 0;
    bool areWhole = true;   ///< no parts behind the point
    bool areFinite = true;  ///< neither infinite nor no numbers
};
NumberRange rangeOf(const NumberArray& array);

}  // namespace vitrine
