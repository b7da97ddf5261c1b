// SPDX-License-Identifier: Apache-2.0
// Paths in project files: they stay inside the project.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vitrine {

/// A path below the project's own folder, with `/`: not absolute, no `..`, no drive, host or
/// scheme, nothing unprintable. Errors: "P08".
Result<void> checkPathInside(std::string_view path);

}  // namespace vitrine
