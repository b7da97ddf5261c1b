// SPDX-License-Identifier: Apache-2.0
// Codes, sentences and advice for file calls that failed.
#include "core/base/file_error.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "core/base/file.h"
#include "core/base/memory.h"

namespace vitrine {

namespace {

Error make(const FileAction& action, std::string code, std::string message, std::string next) {
    Place place;
    place.file = action.path;
    return {std::move(code), std::move(message), std::move(place), std::string(action.kept),
            std::move(next)};
}

std::string ownerOf(const std::string& path) {
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) return {};
    std::array<char, 1024> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    getpwuid_r(info.st_uid, &entry, buffer.data(), buffer.size(), &found);
    return found ? fmt::format(" (it belongs to '{}')", found->pw_name)
                 : fmt::format(" (it belongs to user {})", info.st_uid);
}

std::string_view kindOf(uint32_t mode) {
    if (S_ISDIR(mode)) return "a folder";
    if (S_ISFIFO(mode)) return "a pipe";
    if (S_ISSOCK(mode)) return "a socket";
    if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
    return "something else";
}

}  // namespace

FileAction reading(const std::string& path) { return {path, "read", "Nothing was read."}; }

Error fileError(const FileAction& action, int error) {
    const std::string what = fmt::format("cannot {} '{}'", action.verb, printable(action.path));
    switch (error) {
        case ENOENT:
            return make(action, "G01", what + ": it was not found",
                        "Check the name, or locate the file or folder that it stands for.");
        case EACCES:
        case EPERM:
            return make(action, "G02", what + ": permission denied" + ownerOf(action.path),
                        "Ask its owner for access, or choose another place.");
        case EROFS:
            return make(action, "G02", what + ": the file system is read-only",
                        "Choose another place.");
        case EISDIR:
            return notRegularError(action, S_IFDIR);
        case ENXIO:
            return notRegularError(action, S_IFSOCK);
        case ELOOP:
            return make(action, "G12",
                        what + ": the path cannot be resolved, its links lead in a circle",
                        "Name the file itself instead of a link.");
        case ENAMETOOLONG:
            return make(action, "G12", what + ": the path cannot be resolved, it is too long",
                        "Choose a shorter path.");
        case ENOTDIR:
            return make(action, "G12",
                        what + ": the path cannot be resolved, one of its folders is a file",
                        "Check the names before the last '/'.");
        case EMFILE:
        case ENFILE:
            return make(action, "G08", what + ": too many files are open",
                        "Close other programs, or allow more with ulimit -n.");
        default:
            return make(action, "G08",
                        fmt::format("{}: {}", what, std::generic_category().message(error)),
                        "Check the disk or the connection, then try again or choose another "
                        "place.");
    }
}

bool isNoSpace(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

Error noSpaceError(const FileAction& action, int error, const std::string& folder, int64_t needed) {
    const std::string what =
        fmt::format("cannot {} '{}': needs {}", action.verb, printable(action.path),
                    needed > 0 ? sizeText(needed) : "more room");
    if (error == EFBIG)
        return make(action, "C09", what + ", more than a file may have here",
                    "Choose a folder on another file system, or allow more with ulimit -f.");
    if (error == EDQUOT)
        return make(action, "C09", what + ", more than your quota on this disk leaves",
                    "Remove files of yours there, or choose another folder.");
    struct statvfs info {};
    const bool isKnown = statvfs(folder.c_str(), &info) == 0;
    if (isKnown && info.f_files > 0 && info.f_favail == 0)
        return make(action, "C09", what + ", and the disk takes no more files",
                    "Remove some files, or choose another folder.");
    const std::string free =
        isKnown
            ? sizeText(static_cast<int64_t>(info.f_bavail) * static_cast<int64_t>(info.f_frsize))
            : "an unknown amount";
    return make(action, "C09", fmt::format("{}, {} free", what, free),
                "Free some space, or choose another folder.");
}

Error notRegularError(const FileAction& action, uint32_t mode) {
    return make(action, "G03",
                fmt::format("cannot {} '{}': it is {}, not a regular file", action.verb,
                            printable(action.path), kindOf(mode)),
                "Name a regular file.");
}

Error readError(const std::string& path, std::string code, std::string_view why, std::string next) {
    return make(reading(path), std::move(code),
                fmt::format("cannot read '{}': {}", printable(path), why), std::move(next));
}

Error tooLargeError(const std::string& path, int64_t size, int64_t limit) {
    return readError(
        path, "G06",
        fmt::format("it has {}, at most {} are accepted here", sizeText(size), sizeText(limit)),
        "Check that it is the file you meant, or take a part of it.");
}

Error noMemoryError(const std::string& path, int64_t size) {
    return readError(path, "G06",
                     fmt::format("it needs {} of memory, {} are free", sizeText(size),
                                 sizeText(availableMemory())),
                     "Close other programs, or take a part of the file.");
}

std::string folderOf(const std::string& path) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
}

}  // namespace vitrine
