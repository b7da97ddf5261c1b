// SPDX-License-Identifier: Apache-2.0
// What each kind of file gives inside of the decoder. Trouble with a file is thrown: main answers
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/decode/array_list.h"
#include "core/decode/message.h"

namespace vitrine::decode {

/// A sentence about the file: damaged, or of a form that is not read.
struct Refusal {
    Outcome outcome;
    std::string why;
};
[[noreturn]] inline void refuseDamaged(std::string why) {
    throw Refusal{Outcome::Damaged, std::move(why)};
}
[[noreturn]] inline void refuse(std::string why) {
    throw Refusal{Outcome::NotRead, std::move(why)};
}

using Bytes = std::span<const std::byte>;

/// The header alone, or with pixels: numbers of 8 bits, alpha behind the colours.
Answer lookAtTiff(Bytes file);
Answer decodeTiff(Bytes file, std::vector<std::byte>& pixels);
Answer lookAtWebp(Bytes file);
Answer decodeWebp(Bytes file, std::vector<std::byte>& pixels);

/// Named arrays in an open file.
class ArrayReader {
  public:
    virtual ~ArrayReader() = default;
    virtual std::vector<ArrayInfo> list() = 0;
    /// Items of the first axis, row-major, as the list says. The range is checked already.
    virtual void read(const ArrayInfo& array, int64_t first, int64_t count,
                      std::span<std::byte> to) = 0;
};
/// Of a file under this name (of a descriptor).
std::unique_ptr<ArrayReader> openHdf5(const std::string& path);
std::unique_ptr<ArrayReader> openMat(const std::string& path);

}  // namespace vitrine::decode
