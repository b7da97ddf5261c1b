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
#include "core/io/safetensors_sax.h"
#include "kernels/api/dtype.h"

namespace vitrine {

struct SafetensorsHeader {
    std::vector<TensorEntry> tensors;  ///< ordered by offset
    std::map<std::string, std::string> metadata;
};

/// Parses and checks a header whose data section has `dataBytes`, beginning at `dataStart` of the
/// file. What it returns has: sizes that agree with shapes where the type is one of the format's,
/// tensors one after another over the whole data section. They need not be aligned to their
/// elements. Errors: W03–W07 and W09 naming the tensor.
Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, int64_t dataStart,
                                                 int64_t dataBytes);

/// "F32" and the like; nothing for a name that is not one of ours.
std::optional<DType> dtypeFromSafetensors(std::string_view name);
std::string_view safetensorsName(DType type);
/// Bytes of an element; 1 where several share one, and of a type that is not known here.
int safetensorsElementBytes(std::string_view name);

/// W09 where a tensor may not be called so: empty, over 1000 bytes, with control characters or
/// bytes that are not UTF-8. A '/' is allowed: names never become paths.
Result<void> checkTensorName(std::string_view name);

/// The file is not what its format demands: "tensor 'X': why", nothing loaded.
Error safetensorsError(std::string code, std::string_view tensor, std::string_view why);
/// The file may be good, but this program does not read it. `next`: how to make one that it reads.
Error safetensorsUnsupported(std::string code, std::string_view tensor, std::string_view why,
                             std::string next);

}  // namespace vitrine
