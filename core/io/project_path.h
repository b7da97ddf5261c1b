// SPDX-License-Identifier: Apache-2.0
// The folder of the data that a project names: which may be named, what its file keeps of it, and
// where that is.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vitrine {

/// Whether a file can keep this as the path of a folder: one rule for files, forms and commands.
/// Absolute ones and those with `..` are fine: data are only read. Errors: "P08" for what cannot be
/// a path: empty, not UTF-8, a NUL byte, over 4095 bytes.
Result<void> checkDataFolder(std::string_view folder);

/// What the file at `projectFile` keeps of a chosen folder. An absolute path becomes a relative one
/// where the folder lies in the project's folder or in the one around that, so that both can be
/// moved together; else it stays. A relative path counts from the project's folder and stays.
/// `projectFile` empty: a project without a file, nothing is near. Errors: as checkDataFolder.
Result<std::string> storedFolder(const std::string& chosen, const std::string& projectFile);

/// Where a kept folder is, for opening: a relative one from the folder of `projectFile` (empty:
/// from the current one). Empty stays empty.
std::string resolvedFolder(const std::string& stored, const std::string& projectFile);

/// What another file keeps of the same folder, for saving a project in another place.
std::string movedFolder(const std::string& stored, const std::string& from, const std::string& to);

}  // namespace vitrine
