// SPDX-License-Identifier: Apache-2.0
// A list of arrays as bytes, and back with every number checked.
#include "core/decode/array_list.h"

#include <array>
#include <cstring>
#include <limits>

namespace vitrine::decode {

namespace {

constexpr uint64_t mostBytes = uint64_t{1} << 46;  // of one array

template <class T>
void put(std::vector<std::byte>& to, const T& value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    to.insert(to.end(), bytes.begin(), bytes.end());
}
void put(std::vector<std::byte>& to, const std::string& text) {
    put(to, static_cast<uint32_t>(text.size()));
    const auto bytes = std::as_bytes(std::span(text));
    to.insert(to.end(), bytes.begin(), bytes.end());
}

class Reader {
  public:
    explicit Reader(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    template <class T>
    bool get(T& value) {
        if (m_bytes.size() < sizeof value) return false;
        std::memcpy(&value, m_bytes.data(), sizeof value);
        m_bytes = m_bytes.subspan(sizeof value);
        return true;
    }
    bool get(std::string& text) {
        uint32_t size = 0;
        if (!get(size) || size > mostNameBytes || size > m_bytes.size()) return false;
        text.assign(reinterpret_cast<const char*>(m_bytes.data()), size);
        m_bytes = m_bytes.subspan(size);
        return true;
    }
    bool isAtEnd() const { return m_bytes.empty(); }

  private:
    std::span<const std::byte> m_bytes;
};

bool getShape(Reader& reader, ArrayInfo& array) {
    uint32_t rank = 0;
    if (!reader.get(rank) || rank > mostRank) return false;
    array.shape.resize(rank);
    uint64_t bytes = sizeOf(array.number);
    for (int64_t& extent : array.shape) {
        if (!reader.get(extent) || extent < 0) return false;
        if (extent > 0 && bytes > mostBytes / static_cast<uint64_t>(extent)) return false;
        bytes *= extent > 0 ? static_cast<uint64_t>(extent) : 1;
    }
    return true;
}

}  // namespace

std::string_view name(Number number) {
    constexpr std::array<std::string_view, 13> names{
        "bool",   "uint8", "int8",    "uint16",  "int16", "uint32",  "int32",
        "uint64", "int64", "float32", "float64", "text",  "bfloat16"};
    return names[static_cast<size_t>(number)];
}

int64_t ArrayInfo::itemBytes() const {
    auto bytes = static_cast<int64_t>(sizeOf(number));
    for (size_t axis = 1; axis < shape.size(); ++axis) bytes *= shape[axis];
    return bytes;
}

std::vector<std::byte> packed(std::span<const ArrayInfo> arrays) {
    std::vector<std::byte> bytes;
    for (const ArrayInfo& array : arrays) {
        put(bytes, array.name);
        put(bytes, array.whyNot.substr(0, mostNameBytes));
        put(bytes, static_cast<uint32_t>(array.number));
        put(bytes, static_cast<uint32_t>(array.shape.size()));
        for (const int64_t extent : array.shape) put(bytes, extent);
    }
    return bytes;
}

std::optional<std::vector<ArrayInfo>> unpacked(std::span<const std::byte> bytes) {
    std::vector<ArrayInfo> arrays;
    for (Reader reader(bytes); !reader.isAtEnd();) {
        ArrayInfo array;
        uint32_t number = 0;
        if (arrays.size() == mostArrays || !reader.get(array.name) || !reader.get(array.whyNot) ||
            !reader.get(number) || number > static_cast<uint32_t>(Number::BF16))
            return {};
        array.number = static_cast<Number>(number);
        if (!getShape(reader, array)) return {};
        arrays.push_back(std::move(array));
    }
    return arrays;
}

}  // namespace vitrine::decode
