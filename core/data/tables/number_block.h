// SPDX-License-Identifier: Apache-2.0
// NumberBlock: numbers that are kept as bytes for as long as they are bytes, then as floats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vitrine {

class NumberBlock {
  public:
    void add(double value) {
        if (m_areBytes) {
            const auto byte = static_cast<uint8_t>(value >= 0 && value <= 255 ? value : 0);
            if (value == byte) {
                m_bytes.push_back(std::byte{byte});
                return;
            }
            becomeFloats();
        }
        m_floats.push_back(static_cast<float>(value));
    }
    size_t size() const { return m_areBytes ? m_bytes.size() : m_floats.size(); }
    void resize(size_t size) { m_areBytes ? m_bytes.resize(size) : m_floats.resize(size); }
    bool areBytes() const { return m_areBytes; }
    void becomeFloats() {
        if (!m_areBytes) return;
        m_areBytes = false;
        m_floats.reserve(m_bytes.capacity());
        for (const std::byte byte : m_bytes) m_floats.push_back(std::to_integer<uint8_t>(byte));
        m_bytes = {};
    }
    std::vector<std::byte>& bytes() { return m_bytes; }
    std::vector<float>& floats() { return m_floats; }

  private:
    bool m_areBytes = true;
    std::vector<std::byte> m_bytes;
    std::vector<float> m_floats;
};

}  // namespace vitrine
