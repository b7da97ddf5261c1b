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

/// The .npy files of a folder, or where there is none its .npz files, sorted.
std::vector<std::string> arrayFilesIn(const std::string& folder) {
    std::vector<std::string> plain, archives;
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end;
         !failure && entry != end && plain.size() + archives.size() < mostFiles;
         entry.increment(failure)) {
        const std::string kind = entry->path().extension().string();
        if (kind == ending) plain.push_back(entry->path().string());
        if (kind == archiveEnding) archives.push_back(entry->path().string());
    }
    std::vector<std::string>& files = plain.empty() ? archives : plain;
    std::ranges::sort(files);
    return files;
}

std::string titleOf(const std::string& path) {
    const fs::path whole(path);
    return printable((whole.has_filename() ? whole : whole.parent_path()).filename().string());
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

Error placed(Error error, const std::string& path) {
    error.kept = "Nothing was imported.";
    error.place.file = path;
    return error;
}

}  // namespace

Result<ArrayStore> ArrayStore::open(const std::string& path) {
    ArrayStore store;
    std::error_code failure;
    if (fs::is_directory(path, failure)) {
        const std::vector<std::string> files = arrayFilesIn(path);
        for (const std::string& file : files) VITRINE_TRY(store.add(file, files.size() > 1));
    } else {
        VITRINE_TRY(store.add(path, false));
    }
    if (store.m_names.empty())
        return placed(
            {"N11",
             fmt::format("{}: it holds no array", titleOf(path)),
             {},
             {},
             "Choose an .npz file, or a folder with .npy files; pictures are named one by "
             "one."},
            path);
    return store;
}

Result<void> ArrayStore::add(const std::string& path, bool isOneOfSeveral) {
    if (beginsWith(path, zipMagic)) return addArchive(path, isOneOfSeveral);
    m_names.push_back(plainName(fs::path(path).filename().string()));
    m_stored.push_back({path, nullptr, {}});
    return {};
}

/// The arrays of one of several archives are called after it too: `k49-train-imgs` where it is the
/// only one, else `first/images`.
Result<void> ArrayStore::addArchive(const std::string& path, bool isOneOfSeveral) {
    auto archive = MappedFile::open(path);
    if (!archive) return placed(archive.error(), path);
    auto entries = readZip(titleOf(path), (*archive)->bytes());
    if (!entries) return placed(entries.error(), path);
    std::erase_if(*entries, [](const ZipEntry& entry) { return !entry.name.ends_with(ending); });
    const std::string stem = fs::path(path).stem().string();
    for (ZipEntry& entry : *entries) {
        std::string name = plainName(entry.name);
        if (isOneOfSeveral) name = entries->size() == 1 ? stem : stem + "/" + name;
        m_names.push_back(std::move(name));
        m_stored.push_back({path, *archive, std::move(entry)});
    }
    return {};
}

Result<KeptArray> ArrayStore::read(std::string_view name, const std::stop_token& stop,
                                   RawValues raw) const {
    const auto found = static_cast<size_t>(std::ranges::find(m_names, name) - m_names.begin());
    const Stored& stored = m_stored[found];
    if (stored.archive) return readEntry(m_names[found], stored, stop, raw);
    auto file = MappedFile::open(stored.path);
    if (!file) return placed(file.error(), stored.path);
    const auto array = parseNpy(titleOf(stored.path), (*file)->bytes(), raw);
    if (!array) return placed(array.error(), stored.path);
    return KeptArray{m_names[found], *array, *file, *file};
}

Result<KeptArray> ArrayStore::readEntry(const std::string& name, const Stored& stored,
                                        const std::stop_token& stop, RawValues raw) const {
    KeptArray kept{.name = name, .array = {}};
    const std::string title = titleOf(stored.path);
    std::span<const std::byte> bytes = stored.entry.content;
    if (stored.entry.isPacked) {
        auto unpacked = unpackEntry(title, stored.entry, stop);
        if (!unpacked) return placed(unpacked.error(), stored.path);
        auto owner = std::make_shared<const std::vector<std::byte>>(std::move(unpacked).value());
        bytes = *owner;
        kept.owner = std::move(owner);
    } else {
        const auto checked = checkPlainEntry(title, stored.entry);
        if (!checked) return placed(checked.error(), stored.path);
        kept.owner = kept.file = stored.archive;
    }
    const auto array =
        parseNpy(fmt::format("{}: '{}'", title, printable(stored.entry.name, 80)), bytes, raw);
    if (!array) return placed(array.error(), stored.path);
    kept.array = *array;
    return kept;
}

bool holdsArrays(const std::string& path) {
    std::error_code failure;
    if (fs::is_directory(path, failure)) {
        const std::vector<std::string> files = arrayFilesIn(path);
        return !files.empty() && holdsArrays(files.front());
    }
    if (beginsWith(path, npyMagic)) return true;
    return beginsWith(path, zipMagic) && ArrayStore::open(path).ok();
}

}  // namespace vitrine
