// SPDX-License-Identifier: Apache-2.0
// Words such as `height=224`: extents that a model leaves open.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace vitrine::cli {

/// Errors: "U10", a word that is no NAME=NUMBER.
Result<std::map<std::string, int64_t, std::less<>>> sizesFromWords(
    const std::vector<std::string>& words);

}  // namespace vitrine::cli
