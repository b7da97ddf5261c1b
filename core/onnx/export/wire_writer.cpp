// SPDX-License-Identifier: Apache-2.0
// Varints, little-endian floats, lengths.
#include "core/onnx/export/wire_writer.h"

#include <bit>

namespace vitrine::onnx {

namespace {

enum WireType : uint32_t { Varint = 0, Length = 2, Fixed32 = 5 };

constexpr uint64_t tag(uint32_t field, WireType type) { return uint64_t{field} << 3 | type; }

}  // namespace

void WireWriter::varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) m_bytes += static_cast<char>(0x80 | (value & 0x7f));
    m_bytes += static_cast<char>(value);
}

WireWriter& WireWriter::integer(uint32_t field, int64_t value) {
    varint(tag(field, Varint));
    varint(static_cast<uint64_t>(value));
    return *this;
}

WireWriter& WireWriter::real(uint32_t field, float value) {
    varint(tag(field, Fixed32));
    const auto bits = std::bit_cast<uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) m_bytes += static_cast<char>(bits >> shift & 0xff);
    return *this;
}

WireWriter& WireWriter::bytes(uint32_t field, std::string_view value) {
    head(field, std::ssize(value));
    m_bytes += value;
    return *this;
}

WireWriter& WireWriter::head(uint32_t field, int64_t size) {
    varint(tag(field, Length));
    varint(static_cast<uint64_t>(size));
    return *this;
}

}  // namespace vitrine::onnx
