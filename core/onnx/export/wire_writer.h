// SPDX-License-Identifier: Apache-2.0
// Messages of protobuf, field by field. Source: protobuf.dev, "Encoding".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::onnx {

class WireWriter {
  public:
    WireWriter& integer(uint32_t field, int64_t value);
    WireWriter& real(uint32_t field, float value);
    /// Text, bytes, or a message.
    WireWriter& bytes(uint32_t field, std::string_view value);
    WireWriter& bytes(uint32_t field, const WireWriter& message) {
        return bytes(field, message.m_bytes);
    }
    /// The head of a field whose bytes follow elsewhere.
    WireWriter& head(uint32_t field, int64_t size);
    const std::string& text() const { return m_bytes; }
    int64_t size() const { return std::ssize(m_bytes); }

  private:
    void varint(uint64_t value);
    std::string m_bytes;
};

}  // namespace vitrine::onnx
