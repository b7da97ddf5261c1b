// SPDX-License-Identifier: Apache-2.0
// One walk over all elements in any order of the axes, for each type of number.
#include "core/data/arrays/number_array.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <type_traits>

#include "kernels/api/half.h"

namespace vitrine {

namespace {

/// A binary16, read as the float that it is.
struct Half {
    uint16_t bits;
};

template <size_t bytes>
using Word = std::conditional_t<
    bytes == 1, uint8_t,
    std::conditional_t<bytes == 2, uint16_t, std::conditional_t<bytes == 4, uint32_t, uint64_t>>>;

template <class T>
Word<sizeof(T)> swapped(Word<sizeof(T)> word) {
    Word<sizeof(T)> other = 0;
    for (size_t i = 0; i < sizeof(T); ++i)
        other |=
            static_cast<Word<sizeof(T)>>((word >> (8 * i) & 0xFF) << (8 * (sizeof(T) - 1 - i)));
    return other;
}

template <class T>
auto numberAt(const std::byte* at, bool isSwapped) {
    Word<sizeof(T)> word;
    std::memcpy(&word, at, sizeof word);
    if (sizeof(T) > 1 && isSwapped) word = swapped<T>(word);
    if constexpr (std::is_same_v<T, Half>)
        return halfToFloat(word);
    else if constexpr (std::is_same_v<T, bool>)
        return static_cast<uint8_t>(word != 0);
    else
        return std::bit_cast<T>(word);
}

/// Calls `use` with a value of the type that the array has.
template <class Use>
void withType(NumberType type, Use use) {
    switch (type) {
        case NumberType::Bool:
            return use(bool());
        case NumberType::U8:
            return use(uint8_t());
        case NumberType::I8:
            return use(int8_t());
        case NumberType::U16:
            return use(uint16_t());
        case NumberType::I16:
            return use(int16_t());
        case NumberType::U32:
            return use(uint32_t());
        case NumberType::I32:
            return use(int32_t());
        case NumberType::U64:
            return use(uint64_t());
        case NumberType::I64:
            return use(int64_t());
        case NumberType::F16:
            return use(Half());
        case NumberType::F32:
            return use(float());
        case NumberType::F64:
            return use(double());
    }
}

/// Bytes from one index to the next, for each axis.
std::vector<int64_t> stridesOf(const NumberArray& array) {
    std::vector<int64_t> strides(array.rank());
    auto step = static_cast<int64_t>(sizeOf(array.type));
    for (size_t i = 0; i < array.rank(); ++i) {
        const size_t axis = array.isFortran ? i : array.rank() - 1 - i;
        strides[axis] = step;
        step *= array.extents[axis];
    }
    return strides;
}

/// Calls `use` with the place of each element, the last of `axes` running fastest.
template <class Use>
void walk(const NumberArray& array, std::span<const size_t> axes, Use use) {
    if (array.elements() == 0) return;
    const std::vector<int64_t> strides = stridesOf(array);
    const int64_t inner = axes.empty() ? 1 : array.extents[axes.back()];
    const int64_t step = axes.empty() ? 0 : strides[axes.back()];
    std::vector<int64_t> index(axes.size());
    const std::byte* row = array.bytes.data();
    for (;;) {
        for (int64_t i = 0; i < inner; ++i) use(row + i * step);
        size_t place = axes.empty() ? 0 : axes.size() - 1;
        for (; place-- > 0;) {
            const size_t axis = axes[place];
            row += strides[axis];
            if (++index[place] < array.extents[axis]) break;
            row -= strides[axis] * array.extents[axis];
            index[place] = 0;
        }
        if (place == std::numeric_limits<size_t>::max()) return;
    }
}

template <class Out, class Convert>
std::vector<Out> gathered(const NumberArray& array, std::span<const size_t> axes, Convert convert) {
    std::vector<size_t> all(array.rank());
    std::iota(all.begin(), all.end(), size_t{0});
    if (axes.empty()) axes = all;
    std::vector<Out> out(static_cast<size_t>(array.elements()));
    const bool isSwapped = array.isBigEndian != (std::endian::native == std::endian::big);
    withType(array.type, [&]<class T>(T) {
        Out* next = out.data();
        walk(array, axes,
             [&](const std::byte* at) { *next++ = convert(numberAt<T>(at, isSwapped)); });
    });
    return out;
}

constexpr double mostWhole = 9007199254740992.0;  // 2^53

std::byte toByte(double value) {
    return std::byte(static_cast<uint8_t>(
        std::isnan(value) ? 0.0 : std::clamp(std::floor(value + 0.5), 0.0, 255.0)));
}

}  // namespace

std::string_view name(NumberType type) {
    constexpr std::string_view names[] = {"bool",  "uint8",   "int8",    "uint16",
                                          "int16", "uint32",  "int32",   "uint64",
                                          "int64", "float16", "float32", "float64"};
    return names[static_cast<size_t>(type)];
}

size_t sizeOf(NumberType type) {
    constexpr size_t sizes[] = {1, 1, 1, 2, 2, 4, 4, 8, 8, 2, 4, 8};
    return sizes[static_cast<size_t>(type)];
}

int64_t NumberArray::elements() const {
    return std::accumulate(extents.begin(), extents.end(), int64_t{1}, std::multiplies());
}

std::string NumberArray::text() const {
    const std::string kind =
        isRaw ? fmt::format("raw values of {} bits", 8 * sizeOf(type)) : std::string(name(type));
    return fmt::format("{} [{}]", kind, fmt::join(extents, ", "));
}

std::vector<std::byte> pixelsOf(const NumberArray& array, PixelScale scale,
                                std::span<const size_t> axes) {
    const double factor = scale == PixelScale::Unit   ? 255.0
                          : scale == PixelScale::Wide ? 1 / 257.0
                                                      : 1.0;
    return gathered<std::byte>(array, axes, [factor](auto number) {
        if constexpr (std::is_same_v<decltype(number), uint8_t>)
            if (factor == 1.0) return std::byte{number};
        return toByte(static_cast<double>(number) * factor);
    });
}

std::vector<float> floatsOf(const NumberArray& array, std::span<const size_t> axes) {
    return gathered<float>(array, axes, [](auto number) { return static_cast<float>(number); });
}

std::vector<std::byte> elementsOf(const NumberArray& array) {
    const bool isSwapped = array.isBigEndian != (std::endian::native == std::endian::big);
    const auto size = static_cast<ptrdiff_t>(sizeOf(array.type));
    const bool isPlain = (!array.isFortran || array.rank() < 2) && (!isSwapped || size == 1);
    if (isPlain) return {array.bytes.begin(), array.bytes.end()};
    std::vector<size_t> axes(array.rank());
    std::iota(axes.begin(), axes.end(), size_t{0});
    std::vector<std::byte> elements(array.bytes.size());
    std::byte* next = elements.data();
    walk(array, axes, [&](const std::byte* at) {
        next = isSwapped ? std::reverse_copy(at, at + size, next) : std::copy_n(at, size, next);
    });
    return elements;
}

std::vector<double> doublesOf(const NumberArray& array) {
    return gathered<double>(array, {}, [](auto number) { return static_cast<double>(number); });
}

std::vector<int64_t> integersOf(const NumberArray& array) {
    return gathered<int64_t>(array, {}, [](auto number) {
        const auto value = static_cast<double>(number);
        return std::isnan(value) ? int64_t{-1}
                                 : static_cast<int64_t>(std::clamp(value, -mostWhole, mostWhole));
    });
}

NumberRange rangeOf(const NumberArray& array) {
    NumberRange range;
    if (array.elements() == 0) return range;
    range.smallest = std::numeric_limits<double>::infinity();
    range.largest = -range.smallest;
    const bool isSwapped = array.isBigEndian != (std::endian::native == std::endian::big);
    withType(array.type, [&]<class T>(T) {
        const size_t step = sizeOf(array.type);
        for (size_t at = 0; at < array.bytes.size(); at += step) {
            const auto value = static_cast<double>(numberAt<T>(&array.bytes[at], isSwapped));
            range.areFinite &= std::isfinite(value);
            range.areWhole &= value == std::floor(value);
            range.smallest = std::min(range.smallest, value);
            range.largest = std::max(range.largest, value);
        }
    });
    return range;
}

}  // namespace vitrine
