// SPDX-License-Identifier: Apache-2.0
// The JSON of a safetensors header, read as a stream: no tree is built, nesting and names are
// bounded while reading, doubled keys are seen.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

/// One entry as it stands in the header, whatever its type and rank. Numbers are not negative.
struct TensorEntry {
    std::string name;
    std::string dtype;  ///< "F32", "F8_E4M3"
    std::vector<int64_t> shape;
    int64_t begin = 0, end = 0;  ///< bytes from the start of the data section
};

struct RawSafetensorsHeader {
    std::vector<TensorEntry> tensors;  ///< in the header's order
    std::map<std::string, std::string> metadata;
};

/// Errors: W03 (not JSON, not UTF-8, doubled key, wrong nesting, missing or unknown key), W04, W06
/// (numbers that are negative, broken or too large), W07 (over 100,000 tensors).
Result<RawSafetensorsHeader> parseSafetensorsJson(std::string_view json);

}  // namespace vitrine
