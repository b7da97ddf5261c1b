// SPDX-License-Identifier: Apache-2.0
// Looks at the names in a folder, never into files.
#include "core/data/idx/idx_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <vector>

#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/base/nearest_word.h"

namespace vitrine {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view packed = ".gz";

/// Equal for all spellings of a name.
std::string spelling(std::string_view name) {
    if (name.ends_with(packed)) name.remove_suffix(packed.size());
    std::string plain;
    for (const char c : name)
        plain += c == '.' || c == '_'
                     ? '-'
                     : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return plain;
}

/// Sorted: a plain file comes before the packed one. A folder of many files is not of this format.
std::vector<std::string> namesIn(const fs::path& folder) {
    constexpr size_t most = 10'000;
    std::vector<std::string> names;
    std::error_code trouble;
    for (fs::directory_iterator entry(folder, trouble), end;
         !trouble && entry != end && names.size() < most; entry.increment(trouble))
        names.push_back(entry->path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

/// Whatever is there but a folder; reading says what is wrong with it.
bool isFile(const fs::path& path) {
    std::error_code trouble;
    return fs::exists(path, trouble) && !fs::is_directory(path, trouble);
}

Error notFound(const fs::path& path, const std::vector<std::string>& names) {
    Error error = fileError(reading(path.string()), ENOENT);
    const std::vector<std::string_view> there(names.begin(), names.end());
    const std::string_view nearest = nearestWord(path.filename().string(), there);
    if (names.empty())
        error.message += "; the folder is empty";
    else
        error.message +=
            fmt::format("; {} there is '{}'", nearest.empty() ? "what lies" : "nearest",
                        printable(nearest.empty() ? names.front() : nearest, 100));
    return error;
}

}  // namespace

Result<std::string> findIdxFile(const std::string& folder, const std::string& name) {
    const fs::path wanted = fs::path(folder) / name;
    for (const fs::path& path : {wanted, fs::path(wanted.string() + std::string(packed))})
        if (isFile(path)) return path.string();
    const std::vector<std::string> names = namesIn(folder);
    for (const std::string& other : names) {
        if (spelling(other) != spelling(name)) continue;
        const fs::path path = fs::path(folder) / other;
        if (isFile(path)) return path.string();
        for (const std::string& inner : namesIn(path))
            if (spelling(inner) == spelling(name) && isFile(path / inner))
                return (path / inner).string();
    }
    return notFound(wanted, names);
}

}  // namespace vitrine
