// SPDX-License-Identifier: Apache-2.0
// Little-endian numbers at places in a block of bytes; what lies outside reads as 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vitrine {

class LittleEndian {
  public:
    explicit LittleEndian(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    bool has(uint64_t at, uint64_t count) const {
        return at <= m_bytes.size() && count <= m_bytes.size() - at;
    }
    uint16_t u16(uint64_t at) const { return static_cast<uint16_t>(number(at, 2)); }
    uint32_t u32(uint64_t at) const { return static_cast<uint32_t>(number(at, 4)); }
    uint64_t u64(uint64_t at) const { return number(at, 8); }
    /// Empty where it does not lie inside.
    std::string_view text(uint64_t at, uint64_t count) const {
        if (!has(at, count)) return {};
        return {reinterpret_cast<const char*>(m_bytes.data() + at), count};
    }

  private:
    uint64_t number(uint64_t at, size_t bytes) const {
        if (!has(at, bytes)) return 0;
        uint64_t value = 0;
        for (size_t i = bytes; i-- > 0;)
            value = value << 8 | std::to_integer<uint64_t>(m_bytes[at + i]);
        return value;
    }

    std::span<const std::byte> m_bytes;
};

}  // namespace vitrine
