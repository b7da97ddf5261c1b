// SPDX-License-Identifier: Apache-2.0
// Keys of tensors in a file. Tensors are called by the names for people; the metadata say which key
// each has where it is another, so that weights are found again after their nodes were renamed.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/exec/state_layout.h"
#include "core/io/safetensors.h"

namespace vitrine {

using NameToKey = std::map<std::string, std::string, std::less<>>;
/// Name of a state → name of the tensor that is its.
using StateToTensor = std::map<std::string, std::string, std::less<>>;

/// Into a file's metadata; pairs that are equal are left out, and with them all of it where it says
/// nothing else.
void noteKeys(std::map<std::string, std::string>& metadata, const NameToKey& keys);

/// For each tensor of a file, its key. Of a file that Vitrine did not write: nothing. Errors: C01
/// (no such text, or a key is there twice).
Result<NameToKey> keysOf(const std::string& path, const SafetensorsFile& file);

/// The name of each state's tensor, whether it is there or not; of a state that has none, nothing.
/// It is the one of its key; where there is none, as in a file that says nothing of keys, the one
/// of its name, unless that is another state's by key. Errors: those of keysOf.
Result<StateToTensor> tensorsOf(const std::string& path, const SafetensorsFile& file,
                                const StateLayout& layout);

}  // namespace vitrine
