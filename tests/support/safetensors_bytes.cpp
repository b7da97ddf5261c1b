// SPDX-License-Identifier: Apache-2.0
// Source: the format's specification, github.com/huggingface/safetensors, README.
#include "tests/support/safetensors_bytes.h"

#include <algorithm>

namespace vitrine::test {

std::string littleEndian(uint64_t value) {
    std::string out(8, '\0');
    for (size_t i = 0; i < 8; ++i) out[i] = static_cast<char>(value >> (8 * i));
    return out;
}

std::string quoted(std::string text) {
    std::ranges::replace(text, '\'', '"');
    return text;
}

std::string safetensorsBytes(std::string header, const std::string& data, size_t alignment) {
    header = quoted(std::move(header));
    header.append((alignment - header.size() % alignment) % alignment, ' ');
    return littleEndian(header.size()) + header + data;
}

}  // namespace vitrine::test
