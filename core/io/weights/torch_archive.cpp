// SPDX-License-Identifier: Apache-2.0
// The archive that torch.save writes since version 1.6: data.pkl, and a file for each storage, all
// below one folder. Source: torch/serialization.py,
// docs.pytorch.org/docs/stable/notes/serialization
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/io/weights/torch_objects.h"
#include "core/io/weights/weight_formats.h"

namespace vitrine {

namespace {

constexpr std::string_view pickleName = "data.pkl";

const ZipEntry* entryNamed(std::span<const ZipEntry> entries, std::string_view name) {
    const auto found = std::ranges::find(entries, name, &ZipEntry::name);
    return found == entries.end() ? nullptr : &*found;
}

/// The folder of data.pkl with a slash; the file's stem or `archive`.
std::optional<std::string> folderOfPickle(std::span<const ZipEntry> entries) {
    for (const ZipEntry& entry : entries) {
        const std::string_view name = entry.name;
        if (name == pickleName) return std::string();
        const size_t slash = name.find('/');
        if (slash != std::string_view::npos && name.substr(slash + 1) == pickleName)
            return std::string(name.substr(0, slash + 1));
    }
    return {};
}

std::string textOf(const ZipEntry* entry) {
    return entry ? std::string(reinterpret_cast<const char*>(entry->content.data()),
                               std::min<size_t>(entry->content.size(), 16))
                 : std::string();
}

Error isScript(const std::string& path) {
    return weightsError(path, "O25",
                        "it is a TorchScript program, which holds code and not weights alone",
                        "Save its numbers in PyTorch: torch.save(torch.jit.load('model.pt')"
                        ".state_dict(), 'weights.pt').");
}

/// Bytes of storages; those that somebody has packed are unpacked once.
class Storages {
  public:
    Storages(std::string folder, std::span<const ZipEntry> entries, WeightFile& file)
        : m_folder(std::move(folder)), m_file(file) {
        for (const ZipEntry& entry : entries) m_entries[entry.name] = &entry;
    }

    std::optional<std::span<const std::byte>> find(std::string_view key) {
        const auto entry = m_entries.find(fmt::format("{}data/{}", m_folder, key));
        if (entry == m_entries.end()) return {};
        const ZipEntry& stored = *entry->second;
        if (!stored.isPacked) return stored.content;
        if (const auto made = m_unpacked.find(stored.name); made != m_unpacked.end())
            return made->second;
        auto bytes = unpackEntry(quotedPath(m_file.path), stored, {});
        if (!bytes) {
            m_trouble = bytes.error();
            return {};
        }
        auto kept = std::make_shared<const std::vector<std::byte>>(std::move(bytes).value());
        m_file.owners.push_back(kept);
        return m_unpacked[stored.name] = *kept;
    }
    const std::optional<Error>& trouble() const { return m_trouble; }

  private:
    const std::string m_folder;
    WeightFile& m_file;
    std::map<std::string, const ZipEntry*, std::less<>> m_entries;
    std::map<std::string, std::span<const std::byte>> m_unpacked;
    std::optional<Error> m_trouble;
};

/// Checksums of what is stored plain; the rest was compared when it was unpacked.
std::function<Result<void>()> checkOf(const std::string& path, std::vector<ZipEntry> entries) {
    return [path, entries = std::move(entries)]() -> Result<void> {
        for (const ZipEntry& entry : entries)
            if (!entry.isPacked) VITRINE_TRY(checkPlainEntry(quotedPath(path), entry));
        return {};
    };
}

}  // namespace

bool isTorchArchive(std::span<const ZipEntry> entries) {
    return folderOfPickle(entries).has_value();
}

Result<WeightFile> readTorchArchive(const std::string& path, std::vector<ZipEntry> entries) {
    const std::string folder = *folderOfPickle(entries);
    const auto isCode = [&](const ZipEntry& entry) {
        return entry.name == folder + "constants.pkl" || entry.name.starts_with(folder + "code/");
    };
    if (std::ranges::any_of(entries, isCode)) return isScript(path);
    const ZipEntry& entry = *entryNamed(entries, folder + std::string(pickleName));
    WeightFile file{.path = path, .kind = "PyTorch", .tensors = {}, .isInOrder = true};
    auto pickled = entry.content;
    std::vector<std::byte> unpacked;
    if (entry.isPacked) {
        auto bytes = unpackEntry(quotedPath(path), entry, {});
        if (!bytes) return bytes.error();
        unpacked = std::move(bytes).value();
        pickled = unpacked;
    }
    const auto data = readPickle(quotedPath(path), pickled, PickleUse::Tensors);
    if (!data) return data.error();
    Storages storages(folder, entries, file);
    auto read =
        torchTensors(path, *data, textOf(entryNamed(entries, folder + "byteorder")) == "big",
                     [&](std::string_view key) { return storages.find(key); });
    if (storages.trouble()) return *storages.trouble();
    if (!read) return read.error();
    file.tensors = std::move(read->tensors);
    file.others = std::move(read->others);
    file.checks.push_back(checkOf(path, std::move(entries)));
    return file;
}

}  // namespace vitrine
