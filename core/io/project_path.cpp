// SPDX-License-Identifier: Apache-2.0
// Where a project lies, and which paths it may name.
#include "core/io/project_path.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/io/project.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view extension = ".vitrine";

bool climbs(std::string_view path) {
    while (!path.empty()) {
        const size_t slash = std::min(path.find('/'), path.size());
        if (path.substr(0, slash) == "..") return true;
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return false;
}

/// Errors of a folder that is no project; `next` says what would be one.
Error noProject(const std::string& folder, std::string_view found) {
    return {"P01",
            fmt::format("'{}' {}", printable(folder), found),
            {{}, {}, folder, 0},
            "Nothing was opened.",
            fmt::format("Name the project's file (*{}).", extension)};
}

Result<std::string> fileInFolder(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code trouble;
    for (fs::directory_iterator entry(folder, trouble), end; !trouble && entry != end;
         entry.increment(trouble))
        if (entry->path().extension() == extension) files.push_back(entry->path().string());
    if (trouble) return noProject(folder, "cannot be listed: " + trouble.message());
    if (files.empty()) return noProject(folder, fmt::format("holds no *{} file", extension));
    if (files.size() == 1) return files.front();

    const fs::path whole = fs::absolute(fs::path(folder)).lexically_normal();
    const fs::path name = whole.has_filename() ? whole.filename() : whole.parent_path().filename();
    const std::string wanted =
        (fs::path(folder) / (name.string() + std::string(extension))).string();
    if (std::find(files.begin(), files.end(), wanted) != files.end()) return wanted;
    return noProject(folder, fmt::format("holds {} projects and none with its name", files.size()));
}

}  // namespace

Result<void> checkPathInside(std::string_view path) {
    const bool isPlain = std::all_of(path.begin(), path.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && c != '\\' && c != ':';
    });
    if (!path.empty() && path.front() != '/' && isPlain && !climbs(path)) return {};
    Error error{"P08",
                fmt::format("data folder '{}' leads outside the project, wanted a path below the "
                            "project's folder",
                            printable(path)),
                {},
                "It was not followed.",
                "Take it out of the file and name the folder with --data."};
    error.place.field = "folder";
    return error;
}

Result<std::string> projectFile(const std::string& path) {
    std::error_code trouble;
    const fs::file_status status = fs::status(path, trouble);
    if (fs::is_directory(status)) return fileInFolder(path);
    return path;  // whatever else is wrong with it, reading says
}

}  // namespace vitrine
