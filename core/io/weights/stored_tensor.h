// SPDX-License-Identifier: Apache-2.0
// StoredTensor: a tensor where its numbers lie in a file, of whatever type and in whatever order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "kernels/api/dtype.h"

namespace vitrine {

/// Seen in the order of axes that networks here have: kernels [out, in, height, width].
struct StoredTensor {
    std::string name;
    std::string typeName;             ///< as the file calls it: `BF16`, `bfloat16`
    std::optional<DType> dtype = {};  ///< nothing: it is named, not read
    std::vector<int64_t> shape = {};
    std::vector<int64_t> strides = {};  ///< in elements, not negative; empty: C order
    bool isBigEndian = false;
    std::span<const std::byte> bytes = {};  ///< from its first element on
    std::string why = {};                   ///< where it is not read
    std::string order = {};  ///< how the file has the axes, where that is otherwise: `HWIO`

    bool isRead() const { return dtype && why.empty(); }
    int64_t elements() const;
    /// `[64, 3, 7, 7]`
    std::string shapeText() const;
};

/// Nothing is wrong, or why: elements reach beyond the bytes, or are too many to be counted.
std::string whyNotStored(const StoredTensor& tensor);

/// Its numbers in C order and the machine's byte order. Of a tensor whose claims were checked.
std::vector<std::byte> plainBytes(const StoredTensor& tensor);

}  // namespace vitrine
