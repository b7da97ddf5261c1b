// SPDX-License-Identifier: Apache-2.0
// Words such as `height=224`: extents that a model leaves open.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/session/open_extents.h"

namespace vitrine::cli {

/// Errors: "U10", a word that is no NAME=NUMBER.
Result<ChosenExtents> sizesFromWords(const std::vector<std::string>& words);

/// `--size height=224 --size width=224`, with what is usual, else `NUMBER`.
std::string sizeOptions(const std::vector<OpenExtent>& open);

/// "O18" with the options that would say what is open.
Error withSizeOptions(Error error, const std::string& model, const ChosenExtents& chosen);

}  // namespace vitrine::cli
