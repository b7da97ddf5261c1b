// SPDX-License-Identifier: Apache-2.0
// Where a project lies, and how it names the folder of its data.
#include "core/io/project_path.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/io/project.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view extension = ".vitrine";

constexpr size_t longestPath = 4095;  // PATH_MAX without its NUL

Error noPath(std::string_view folder, std::string_view why) {
    Error error{"P08",
                fmt::format("data folder '{}' {}", printable(folder), why),
                {},
                "Nothing was changed.",
                "Choose a folder whose path is plain text."};
    error.place.field = "folder";
    return error;
}

/// Empty where nothing is current.
fs::path absolute(const fs::path& path) {
    std::error_code trouble;
    return fs::absolute(path, trouble).lexically_normal();
}

/// In `folder`, or in the folder around it where that is not the root of all.
bool isNear(const fs::path& relative, const fs::path& folder) {
    auto step = relative.begin();
    if (step == relative.end()) return false;
    if (*step != "..") return true;
    const fs::path around = folder.parent_path();
    return around != around.root_path() && (++step == relative.end() || *step != "..");
}

/// A path without a slash at its end, which would count as one more name.
fs::path tidy(const fs::path& path) {
    const fs::path normal = path.lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

/// Where the folder is there already, the way must lead to it: links may turn `..` elsewhere.
bool leadsTo(const fs::path& way, const fs::path& folder) {
    std::error_code trouble;
    if (!fs::exists(folder, trouble)) return true;
    return fs::equivalent(way, folder, trouble) && !trouble;
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

Result<void> checkDataFolder(std::string_view folder) {
    if (folder.empty()) return noPath(folder, "is empty, wanted the path of a folder");
    if (folder.find('\0') != std::string_view::npos) return noPath(folder, "has a NUL byte in it");
    if (!isUtf8(folder)) return noPath(folder, "is not UTF-8 text, which a file could not keep");
    if (folder.size() > longestPath)
        return noPath(
            folder, fmt::format("has {} bytes, a path has at most {}", folder.size(), longestPath));
    return {};
}

Result<std::string> storedFolder(const std::string& chosen, const std::string& projectFile) {
    VITRINE_TRY(checkDataFolder(chosen));
    const fs::path folder = tidy(chosen);
    if (projectFile.empty() || !folder.is_absolute()) return chosen;
    const fs::path home = tidy(absolute(projectFile).parent_path());
    std::error_code trouble;
    const fs::path realHome = fs::weakly_canonical(home, trouble),
                   realFolder = fs::weakly_canonical(folder, trouble);
    for (const fs::path& way :
         {folder.lexically_relative(home), realFolder.lexically_relative(realHome)})
        if (isNear(way, home) && leadsTo(home / way, folder)) return way.string();
    return chosen;
}

std::string resolvedFolder(const std::string& stored, const std::string& projectFile) {
    if (stored.empty()) return {};
    return (fs::path(projectFile).parent_path() / stored).string();
}

std::string movedFolder(const std::string& stored, const std::string& from, const std::string& to) {
    if (stored.empty() || fs::path(stored).is_absolute()) return stored;
    const fs::path folder = absolute(resolvedFolder(stored, from));
    const Result<std::string> kept = storedFolder(folder.string(), to);
    return kept ? *kept : stored;
}

Result<std::string> projectFile(const std::string& path) {
    std::error_code trouble;
    const fs::file_status status = fs::status(path, trouble);
    if (fs::is_directory(status)) return fileInFolder(path);
    return path;  // whatever else is wrong with it, reading says
}

}  // namespace vitrine
