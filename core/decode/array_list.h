// SPDX-License-Identifier: Apache-2.0
// Arrays in a file: names, types, shapes; and the list of them as it is sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vitrine::decode {

enum class Number : uint32_t { Bool, U8, I8, U16, I16, U32, I32, U64, I64, F32, F64, Text, BF16 };
/// Of a text: of one of its bytes, which are an axis of their own.
constexpr size_t sizeOf(Number number) {
    constexpr size_t sizes[] = {1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 1, 2};
    return sizes[static_cast<size_t>(number)];
}
std::string_view name(Number number);

struct ArrayInfo {
    std::string name;  ///< from the file's top on, without a leading `/`
    Number number = Number::U8;
    std::vector<int64_t> shape;
    std::string whyNot = {};  ///< not empty: it cannot be read, and why

    int64_t items() const { return shape.empty() ? 1 : shape[0]; }
    /// Bytes of one item of the first axis. Of checked arrays: no product overflows.
    int64_t itemBytes() const;
};

inline constexpr size_t mostArrays = 4096, mostNameBytes = 1000, mostRank = 8;

std::vector<std::byte> packed(std::span<const ArrayInfo> arrays);
/// Nothing: that is no list of arrays whose sizes can be.
std::optional<std::vector<ArrayInfo>> unpacked(std::span<const std::byte> bytes);

}  // namespace vitrine::decode
