// SPDX-License-Identifier: Apache-2.0
// safetensors files as other programs may write them, byte by byte.
#pragma once

#include <cstdint>
#include <string>

namespace vitrine::test {

/// Eight bytes, the least one first.
std::string littleEndian(uint64_t value);
/// JSON with ' in place of ", which reads better in C++.
std::string quoted(std::string text);
/// A file from a header as text (' stands for ") and its data. The header is padded with blanks to
/// a multiple of `alignment`; 1 leaves it as it is, so that the data may begin at an odd byte.
std::string safetensorsBytes(std::string header, const std::string& data, size_t alignment = 8);

}  // namespace vitrine::test
