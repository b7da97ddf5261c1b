// SPDX-License-Identifier: Apache-2.0
// What a file holds that was taken for a project's.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/base/result.h"

namespace vitrine {

/// Errors: "G10" gzip data, "G05" something else that is known by its first bytes.
Result<void> checkContent(const std::string& file, std::span<const std::byte> bytes);

}  // namespace vitrine
