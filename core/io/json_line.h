// SPDX-License-Identifier: Apache-2.0
// JSON values on one line, with blanks where people want them.
#pragma once

#include <string>

#include "core/io/json_reader.h"

namespace vitrine {

/// `{"id": "conv1", "kernel": [5, 5]}`: keys in their order, the shortest digits that read back as
/// the same number, bytes that are not UTF-8 replaced.
std::string jsonLine(const Json& value);

}  // namespace vitrine
