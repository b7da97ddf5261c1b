// SPDX-License-Identifier: Apache-2.0
// From errno to an Error: which code, which sentence and which advice a failed file call gets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vitrine {

/// What was being done when a call failed, in the words of the message.
struct FileAction {
    const std::string& path;
    std::string_view verb;  ///< "read", "save"
    std::string_view kept;  ///< "Nothing was read."
};

/// Reading, for the functions below.
FileAction reading(const std::string& path);

/// The Error for `error`, an errno value. Codes: G01 (not there), G02 (permission, read-only), G03
/// (folder or other kind), G12 (path cannot be resolved), G08 (everything else, with the system's
/// own words).
Error fileError(const FileAction& action, int error);

/// C09 for `error`, one of isNoSpace. `needed` 0 = not known. The free space is asked of the file
/// system that holds `folder`.
Error noSpaceError(const FileAction& action, int error, const std::string& folder, int64_t needed);

/// True for the errors that mean "no room": disk full, quota, size limit.
bool isNoSpace(int error);

/// G03: says which kind of thing the path names; `mode` is stat's st_mode.
Error notRegularError(const FileAction& action, uint32_t mode);

/// An Error of reading with a reason of the caller's: "cannot read 'path': why".
Error readError(const std::string& path, std::string code, std::string_view why, std::string next);
/// G06: more bytes than `limit`.
Error tooLargeError(const std::string& path, int64_t size, int64_t limit);
/// G06: more bytes than there is memory for.
Error noMemoryError(const std::string& path, int64_t size);

/// The folder that holds `path`: "." where it names none.
std::string folderOf(const std::string& path);

}  // namespace vitrine
