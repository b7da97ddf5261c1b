// SPDX-License-Identifier: Apache-2.0
// Paths are looked at before anything is opened.
#include "core/onnx/external_files.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>
#include <sys/stat.h>

#include "core/graph/names.h"

namespace vitrine::onnx {

namespace {

namespace fs = std::filesystem;

Error troubleOf(std::string code, const Tensor& tensor, std::string what) {
    return {std::move(code),
            fmt::format("tensor {}: {}", quoted(tensor.name), what),
            {},
            "Nothing was opened.",
            ""};
}

std::string_view valueOf(const Tensor& tensor, std::string_view key) {
    const auto found = std::ranges::find(tensor.external, key, &Entry::key);
    return found == tensor.external.end() ? std::string_view() : found->value;
}

/// Relative, without steps upwards, drives, hosts or schemes.
bool staysBelow(std::string_view location) {
    if (location.empty() || location.front() == '/' || location.front() == '\\') return false;
    if (location.find(':') != std::string_view::npos) return false;
    if (location.find('\0') != std::string_view::npos) return false;
    for (size_t at = 0; at <= location.size();) {
        const size_t end = std::min(location.find_first_of("/\\", at), location.size());
        if (location.substr(at, end - at) == "..") return false;
        at = end + 1;
    }
    return true;
}

/// A cache of models keeps files by their digests in one folder, and links to them where a model
/// lies: a link is followed where the model itself is one into the same folder.
bool isOfSameCache(const fs::path& model, const fs::path& file) {
    std::error_code failure;
    if (!fs::is_symlink(model, failure)) return false;
    const fs::path modelTarget = fs::canonical(model, failure);
    if (failure) return false;
    const fs::path target = fs::canonical(file, failure);
    return !failure && target.parent_path() == modelTarget.parent_path();
}

/// No part of the path below the folder is a link, and the file is a plain one with one name.
Result<void> checkPlain(const Tensor& tensor, const fs::path& model, const fs::path& folder,
                        const fs::path& location) {
    fs::path path = folder;
    for (const fs::path& part : location) {
        path /= part;
        struct stat found {};
        if (::lstat(path.c_str(), &found) != 0)
            return troubleOf("O10", tensor, fmt::format("its file {} is not there", path.string()));
        const bool isLast = path == folder / location;
        if (S_ISLNK(found.st_mode) && isLast && isOfSameCache(model, path)) return {};
        const bool isPlain =
            isLast ? S_ISREG(found.st_mode) && found.st_nlink == 1 : S_ISDIR(found.st_mode);
        if (!isPlain)
            return troubleOf("O07", tensor,
                             fmt::format("{} is a link, a device or has several names, and is not "
                                         "opened",
                                         path.string()));
    }
    return {};
}

/// A number of the entry, or what it is when left out. Nothing where it is none.
std::optional<uint64_t> placeOf(const Tensor& tensor, std::string_view key, uint64_t usual) {
    const std::string_view text = valueOf(tensor, key);
    if (text.empty()) return usual;
    uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return {};
    return number;
}

}  // namespace

Result<ExternalBytes> ExternalFiles::bytesOf(const Tensor& tensor) {
    const std::string location(valueOf(tensor, "location"));
    if (!staysBelow(location))
        return troubleOf(
            "O06", tensor,
            fmt::format("its file {} is outside the model's folder", vitrine::quoted(location)));
    auto known = m_files.find(location);
    if (known == m_files.end()) {
        const fs::path model(m_model);
        const fs::path folder = model.has_parent_path() ? model.parent_path() : fs::path(".");
        VITRINE_TRY(checkPlain(tensor, model, folder, fs::path(location).lexically_normal()));
        Result<std::shared_ptr<const MappedFile>> file =
            MappedFile::open((folder / fs::path(location).lexically_normal()).string());
        if (!file.ok()) return file.error();
        known = m_files.emplace(location, std::move(*file)).first;
    }
    const Bytes all = known->second->bytes();
    const std::optional<uint64_t> offset = placeOf(tensor, "offset", 0);
    if (!offset || *offset > all.size())
        return troubleOf("O08", tensor,
                         fmt::format("it begins at {} of a file of {} bytes",
                                     quoted(valueOf(tensor, "offset")), all.size()));
    const std::optional<uint64_t> length = placeOf(tensor, "length", all.size() - *offset);
    if (!length || *length > all.size() - *offset)
        return troubleOf("O08", tensor,
                         fmt::format("it has {} bytes from {} on, of a file of {}",
                                     quoted(valueOf(tensor, "length")), *offset, all.size()));
    return ExternalBytes{all.subspan(*offset, *length), known->second};
}

std::optional<Error> ExternalFiles::trouble() const {
    for (const auto& [location, file] : m_files)
        if (std::optional<Error> found = file->trouble()) return found;
    return {};
}

}  // namespace vitrine::onnx
