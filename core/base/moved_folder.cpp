// SPDX-License-Identifier: Apache-2.0
// Renames, and copies where renaming cannot reach.
#include "core/base/moved_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>

#include <cerrno>
#include <filesystem>
#include <functional>

#include "core/base/file.h"
#include "core/base/file_error.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view stays = "It stays where it is.";

Error cannotMove(const std::string& from, const std::string& to, int error) {
    const FileAction action{from, "move", stays};
    return isNoSpace(error) ? noSpaceError(action, error, folderOf(to), 0)
                            : fileError(action, error);
}

/// Gives the errno; 0: done. Whatever stands at `to` stays.
int renameOver(const std::string& from, const std::string& to) {
    if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL) return errno;  // this file system knows no such flag
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(to, ignored))) return EEXIST;
    return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

/// Tries names until one is free.
int renameToFree(const std::string& from, const std::string& to, std::string& name) {
    for (int number = 1;; ++number) {
        name = number == 1 ? to : fmt::format("{}-{}", to, number);
        const int error = renameOver(from, name);
        if (error != EEXIST && error != ENOTEMPTY) return error;
    }
}

int copyAndRemove(const std::string& from, const std::string& to, std::string& name) {
    const std::string part = to + ".part";
    std::error_code failure, ignored;
    fs::remove_all(part, ignored);
    fs::copy(from, part, fs::copy_options::recursive | fs::copy_options::copy_symlinks, failure);
    int error = failure.value();
    if (error == 0) error = renameToFree(part, to, name);
    if (error != 0)
        fs::remove_all(part, ignored);
    else
        fs::remove_all(from, ignored);
    return error;
}

}  // namespace

Result<std::string> moveFolder(const std::string& from, const std::string& to, bool isInUse) {
    std::error_code failure;
    fs::create_directories(fs::path(to).parent_path(), failure);
    if (failure) return cannotMove(from, to, failure.value());
    std::string name;
    int error = renameToFree(from, to, name);
    if (error == EXDEV && isInUse)
        return Error{"P12",
                     fmt::format("'{}' is being written to, and is to go to another file system",
                                 printable(from)),
                     {},
                     std::string(stays),
                     "Move it when it has ended."};
    if (error == EXDEV) error = copyAndRemove(from, to, name);
    if (error != 0) return cannotMove(from, to, error);
    return name;
}

}  // namespace vitrine
