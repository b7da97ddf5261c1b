// SPDX-License-Identifier: Apache-2.0
// The IDX container: a magic number with element type and rank, big-endian extents, elements. A
// parser over bytes; it knows nothing of files. Source: "The IDX file format", Y. LeCun, C. Cortes,
// C. Burges, MNIST page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

enum class IdxType : uint8_t {
    U8 = 0x08,
    I8 = 0x09,
    I16 = 0x0B,
    I32 = 0x0C,
    F32 = 0x0D,
    F64 = 0x0E,
};
std::string_view name(IdxType type);

/// A checked IDX array. `elements` borrows from the parsed bytes and has exactly the bytes that the
/// extents claim.
struct IdxArray {
    IdxType type = IdxType::U8;
    std::vector<int64_t> extents;
    std::span<const std::byte> elements;
};

/// Reads any IDX array; allocates nothing but the extents. `title` begins the messages. Errors: I01
/// (magic), I02 (element type), I03 (rank), I04 (size does not match the extents), I05 (their
/// product overflows), I08 (gzip).
Result<IdxArray> parseIdx(std::string_view title, std::span<const std::byte> bytes);

}  // namespace vitrine
