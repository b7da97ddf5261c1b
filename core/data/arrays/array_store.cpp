// SPDX-License-Identifier: Apache-2.0
// Finds arrays by name and hands their bytes on, mapped wherever they lie as they are.
#include "core/data/arrays/array_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "core/base/file.h"
#include "core/data/arrays/npy.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

using namespace std::string_view_literals;

constexpr std::string_view ending = ".npy", archiveEnding = ".npz";
constexpr size_t mostFiles = 1000;

std::string plainName(std::string name) {
    if (name.ends_with(ending)) name.resize(name.size() - ending.size());
    return name;
}

/// Files of a folder with that ending, sorted.
std::vector<std::string> filesIn(const std::string& folder, std::string_view wanted) {
    std::vector<std::string> paths;
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end;
         !failure && entry != end && paths.size() < mostFiles; entry.increment(failure))
        if (entry->path().extension() == wanted) paths.push_back(entry->path().string());
    std::ranges::sort(paths);
    return paths;
}

bool beginsWith(const std::string& path, std::string_view magic) {
    std::error_code failure;
    if (!fs::is_regular_file(path, failure)) return false;
    std::array<char, 8> begin{};
    std::ifstream file(path, std::ios::binary);
    file.read(begin.data(), static_cast<std::streamsize>(magic.size()));
    return file && std::string_view(begin.data(), magic.size()) == magic;
}

constexpr std::string_view zipMagic = "PK\x03\x04"sv, npyMagic = "\x93NUMPY"sv;

/// The only archive of a folder that has no other arrays, else the path itself.
std::string archiveOr(const std::string& path) {
    std::error_code failure;
    if (!fs::is_directory(path, failure) || !filesIn(path, ending).empty()) return path;
    const std::vector<std::string> archives = filesIn(path, archiveEnding);
    return archives.size() == 1 ? archives.front() : path;
}

Error placed(Error error, const std::string& path) {
    error.kept = "Nothing was imported.";
    error.place.file = path;
    return error;
}

}  // namespace

Result<ArrayStore> ArrayStore::open(const std::string& named) {
    const std::string path = archiveOr(named);
    ArrayStore store;
    store.m_title = printable(fs::path(path).filename().string());
    std::error_code failure;
    if (fs::is_directory(path, failure))
        store.m_paths = filesIn(path, ending);
    else if (beginsWith(path, zipMagic))
        VITRINE_TRY(store.addArchive(path));
    else
        store.m_paths = {path};
    for (const std::string& file : store.m_paths)
        store.m_names.push_back(plainName(fs::path(file).filename().string()));
    if (store.m_names.empty())
        return placed({"N11",
                       fmt::format("{}: it holds no array", store.m_title),
                       {},
                       {},
                       "Choose an .npz file, or a folder with .npy files."},
                      path);
    return store;
}

Result<void> ArrayStore::addArchive(const std::string& path) {
    auto archive = MappedFile::open(path);
    if (!archive) return placed(archive.error(), path);
    m_archive = std::move(archive).value();
    auto entries = readZip(m_title, m_archive->bytes());
    if (!entries) return placed(entries.error(), path);
    for (ZipEntry& entry : *entries) {
        if (!entry.name.ends_with(ending)) continue;
        m_names.push_back(plainName(entry.name));
        m_entries.push_back(std::move(entry));
    }
    return {};
}

Result<KeptArray> ArrayStore::read(std::string_view name, const std::stop_token& stop) const {
    const auto found = static_cast<size_t>(std::ranges::find(m_names, name) - m_names.begin());
    if (found < m_entries.size()) return readEntry(m_names[found], m_entries[found], stop);
    const std::string& path = m_paths[found];
    auto file = MappedFile::open(path);
    if (!file) return placed(file.error(), path);
    const std::string title = printable(fs::path(path).filename().string());
    const auto array = parseNpy(title, (*file)->bytes());
    if (!array) return placed(array.error(), path);
    return KeptArray{m_names[found], *array, *file, *file};
}

Result<KeptArray> ArrayStore::readEntry(const std::string& name, const ZipEntry& entry,
                                        const std::stop_token& stop) const {
    KeptArray kept{.name = name, .array = {}};
    std::span<const std::byte> bytes = entry.content;
    if (entry.isPacked) {
        auto unpacked = unpackEntry(m_title, entry, stop);
        if (!unpacked) return unpacked.error();
        auto owner = std::make_shared<const std::vector<std::byte>>(std::move(unpacked).value());
        bytes = *owner;
        kept.owner = std::move(owner);
    } else {
        VITRINE_TRY(checkPlainEntry(m_title, entry));
        kept.owner = kept.file = m_archive;
    }
    const auto array = parseNpy(fmt::format("{}: '{}'", m_title, printable(name, 80)), bytes);
    if (!array) return array.error();
    kept.array = *array;
    return kept;
}

bool holdsArrays(const std::string& named) {
    const std::string path = archiveOr(named);
    std::error_code failure;
    if (fs::is_directory(path, failure)) {
        const auto files = filesIn(path, ending);
        return !files.empty() && beginsWith(files.front(), npyMagic);
    }
    if (beginsWith(path, npyMagic)) return true;
    if (!beginsWith(path, zipMagic)) return false;
    const auto store = ArrayStore::open(path);
    return store.ok();
}

}  // namespace vitrine
