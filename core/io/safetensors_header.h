// SPDX-License-Identifier: Apache-2.0
// The header of a safetensors file as checked values. A parser over text; it knows nothing of
// files. Source: the format's specification, github.com/huggingface/safetensors, README.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/tensor/dtype.h"
#include "core/tensor/shape.h"

namespace vitrine {

/// One tensor's entry. Offsets count from the start of the data section.
struct TensorEntry {
    std::string name;
    DType dtype = DType::F32;
    Shape shape;
    int64_t begin = 0, end = 0;
};

struct SafetensorsHeader {
    std::vector<TensorEntry> tensors;  ///< ordered by offset
    std::map<std::string, std::string> metadata;
};

/// Parses and checks a header whose data section has `dataBytes`, beginning at `dataStart` of the
/// file. What it returns has: dtypes that we know, sizes that agree with shapes, tensors one after
/// another over the whole data section, aligned to their elements. Errors: W03–W09 naming the
/// tensor.
Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, int64_t dataStart,
                                                 int64_t dataBytes);

/// "F32" and the like; nothing for a name that is not one of ours.
std::optional<DType> dtypeFromSafetensors(std::string_view name);
std::string_view safetensorsName(DType type);

/// W09 where a tensor may not be called so: empty, over 1000 bytes, with control characters or
/// bytes that are not UTF-8. A '/' is allowed: names never become paths.
Result<void> checkTensorName(std::string_view name);

/// An Error of this format: "tensor 'X': why", nothing loaded.
Error safetensorsError(std::string code, std::string_view tensor, std::string_view why);

}  // namespace vitrine
