// SPDX-License-Identifier: Apache-2.0
// One tensor of a safetensors file gets other numbers, which lie in an .npy file.
#pragma once

#include <string>

#include "core/base/result.h"

namespace vitrine {

/// Writes the file at `path` anew as `to`, which may be the same. Floats become the tensor's type.
/// Errors: those of replaceTensor and of parseNpy; C02 (another shape, or a type that cannot become
/// the tensor's).
Result<void> replaceByArray(const std::string& path, const std::string& tensor,
                            const std::string& array, const std::string& to);

}  // namespace vitrine
