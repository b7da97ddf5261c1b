// SPDX-License-Identifier: Apache-2.0
// Moving a folder with all that is in it, also to another file system.
#pragma once

#include <string>

#include "core/base/result.h"

namespace vitrine {

/// Moves `from` to the first of `to`, `to-2`, `to-3` … that is not there yet, making its parents;
/// gives the name that it has now. Where the file system is another one the contents are copied,
/// and `from` goes when all of them are there; nothing may write to it meanwhile, so `isInUse`
/// refuses that (P12) before anything is copied. Errors: G01 (no such folder), G02, G08, G12, C09,
/// P12; `from` is as it was then.
Result<std::string> moveFolder(const std::string& from, const std::string& to, bool isInUse);

}  // namespace vitrine
