// SPDX-License-Identifier: Apache-2.0
// Paths are looked at before anything is opened, and walked folder by folder.
#include "core/onnx/external_files.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file_error.h"
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

/// Closes what it holds.
class Handle {
  public:
    explicit Handle(int file) : m_file(file) {}
    ~Handle() {
        if (m_file >= 0) ::close(m_file);
    }
    Handle(Handle&& other) noexcept : m_file(other.release()) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(m_file, other.m_file);
        return *this;
    }
    explicit operator bool() const { return m_file >= 0; }
    int get() const { return m_file; }
    int release() { return std::exchange(m_file, -1); }

  private:
    int m_file;
};

Error missing(const Tensor& tensor, const fs::path& path) {
    return troubleOf("O10", tensor, fmt::format("its file {} is not there", path.string()));
}

Error notPlain(const Tensor& tensor, const fs::path& path) {
    return troubleOf("O07", tensor,
                     fmt::format("{} is a link, a device or has several names, and is not opened",
                                 path.string()));
}

/// A file of a folder that is open: a plain one with one name. It is looked at before, since
/// opening a device can do something, and after, since it may be another one by then.
Result<int> openPlain(const Tensor& tensor, const Handle& folder, const std::string& name,
                      const fs::path& path) {
    const auto isPlain = [](const struct stat& found) {
        return S_ISREG(found.st_mode) && found.st_nlink == 1;
    };
    struct stat found {};
    if (::fstatat(folder.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
        return missing(tensor, path);
    if (!isPlain(found)) return notPlain(tensor, path);
    Handle file(::openat(folder.get(), name.c_str(),
                         O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    if (!file) return fileError(reading(path.string()), errno);
    if (::fstat(file.get(), &found) != 0 || !isPlain(found)) return notPlain(tensor, path);
    return file.release();
}

/// A cache of models keeps files by their digests in one folder, and links to them where a model
/// lies: a link is followed where the model itself is one into the same folder. The name that it
/// leads to, in that folder; empty where it is no such link.
struct CachedFile {
    fs::path folder;
    std::string name;
};
std::optional<CachedFile> cachedFile(const fs::path& model, const fs::path& file) {
    std::error_code failure;
    if (!fs::is_symlink(model, failure)) return {};
    const fs::path modelTarget = fs::canonical(model, failure);
    if (failure) return {};
    const fs::path target = fs::canonical(file, failure);
    if (failure || target.parent_path() != modelTarget.parent_path()) return {};
    return CachedFile{modelTarget.parent_path(), target.filename().string()};
}

Handle openFolder(int at, const fs::path& path) {
    return Handle(::openat(at, path.c_str(),
                           O_RDONLY | O_DIRECTORY | O_CLOEXEC | (at == AT_FDCWD ? 0 : O_NOFOLLOW)));
}

/// Part for part from the model's folder on, each looked up in the one before: no part below it is
/// a link, also not one that somebody puts there meanwhile.
Result<int> openBelow(const Tensor& tensor, const fs::path& model, const fs::path& folder,
                      const fs::path& location) {
    fs::path path = folder;
    Handle around = openFolder(AT_FDCWD, folder);
    if (!around) return missing(tensor, folder);
    for (const fs::path& part : location.parent_path()) {
        path /= part;
        Handle next = openFolder(around.get(), part);
        if (!next) return errno == ENOENT ? missing(tensor, path) : notPlain(tensor, path);
        std::swap(around, next);
    }
    path /= location.filename();
    const std::string name = location.filename().string();
    struct stat found {};
    const bool isLink = ::fstatat(around.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 &&
                        S_ISLNK(found.st_mode);
    if (isLink) {
        const std::optional<CachedFile> cached = cachedFile(model, path);
        if (!cached) return notPlain(tensor, path);
        const Handle cache = openFolder(AT_FDCWD, cached->folder);
        return cache ? openPlain(tensor, cache, cached->name, path) : missing(tensor, path);
    }
    return openPlain(tensor, around, name, path);
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
        const fs::path below = fs::path(location).lexically_normal();
        const Result<int> opened = openBelow(tensor, model, folder, below);
        if (!opened.ok()) return opened.error();
        auto file = MappedFile::of(*opened, (folder / below).string());
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

int64_t ExternalFiles::bytes() const {
    int64_t sum = 0;
    for (const auto& [location, file] : m_files) sum += std::ssize(file->bytes());
    return sum;
}

bool ExternalFiles::has(const void* owner) const {
    return std::ranges::any_of(m_files,
                               [&](const auto& entry) { return entry.second.get() == owner; });
}

}  // namespace vitrine::onnx
