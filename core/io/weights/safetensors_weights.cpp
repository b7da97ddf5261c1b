// SPDX-License-Identifier: Apache-2.0
// One safetensors file, or several with an index that says which tensor is in which.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

#include "core/base/file.h"
#include "core/io/json_reader.h"
#include "core/io/weights/weight_formats.h"

namespace vitrine {

namespace {

constexpr size_t mostTensors = 20'000, mostShards = 200;

/// Tensors of a file, those that are not read too.
void add(WeightFile& file, const SafetensorsFile& from) {
    for (const TensorView& tensor : from.tensors)
        file.tensors.push_back({.name = tensor.name,
                                .typeName = std::string(name(tensor.dtype)),
                                .dtype = tensor.dtype,
                                .shape = {tensor.shape.dims().begin(), tensor.shape.dims().end()},
                                .bytes = tensor.bytes});
    for (const ForeignTensor& tensor : from.foreign)
        file.tensors.push_back({.name = tensor.name,
                                .typeName = tensor.dtype,
                                .shape = tensor.shape,
                                .bytes = tensor.bytes,
                                .why = "no network here has its type or its number of axes"});
    file.files.push_back(from.file);
}

/// A file's checksum, once.
std::function<Result<void>()> checkOf(SafetensorsFile from) {
    return [from = std::move(from)] { return checkDataOf(from); };
}

/// Of an index: which file each tensor is in, and what else a tied one is called.
struct Index {
    std::map<std::string, std::string> files;
    std::map<std::string, std::string> ties;
};

class IndexReader {
  public:
    explicit IndexReader(const std::string& path) : m_path(path) {}

    Result<Index> read(std::string_view text) {
        const auto json =
            readJson(text, {.depth = 4, .members = mostTensors, .values = 4 * mostTensors});
        if (!json || !json->is_object() || !json->contains("weight_map"))
            return refused("it is no index of weights: it has no 'weight_map'");
        for (const auto& [name, file] : (*json)["weight_map"].items()) {
            if (!file.is_string() || !isPlainName(file.get<std::string>()))
                return refused(
                    fmt::format("tensor '{}' is not in a file beside it", printable(name, 60)));
            m_index.files[name] = file.get<std::string>();
        }
        if (json->contains("metadata")) readTies((*json)["metadata"]);
        return std::move(m_index);
    }

  private:
    Error refused(std::string_view why) const {
        return weightsError(m_path, "W03", why, "Copy the file again, with all that belong to it.");
    }
    /// Of a file in the same folder: links to others lead nowhere.
    static bool isPlainName(const std::string& name) {
        return !name.empty() && name != "." && name != ".." &&
               name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
    }
    void readTies(const Json& metadata) {
        if (!metadata.is_object()) return;
        for (const auto& [name, value] : metadata.items())
            if (value.is_string() && m_index.files.contains(value.get<std::string>()))
                m_index.ties[name] = value.get<std::string>();
    }

    const std::string& m_path;
    Index m_index;
};

Error missing(const std::string& path, std::string_view tensor, std::string_view shard) {
    return weightsError(path, "W04",
                        fmt::format("tensor '{}' is not in '{}', where the index has it",
                                    printable(tensor, 80), printable(shard, 80)),
                        "Copy all files of the weights again.");
}

}  // namespace

Result<WeightFile> openSafetensorsWeights(const std::string& path) {
    auto read = openSafetensors(path);
    if (!read) return read.error();
    WeightFile file{.path = path, .kind = "safetensors", .tensors = {}};
    add(file, *read);
    file.metadata = read->metadata;
    file.checks.push_back(checkOf(*read));
    file.own = std::make_shared<const SafetensorsFile>(std::move(read).value());
    return file;
}

Result<WeightFile> openShardedWeights(const std::string& path, std::span<const std::byte> bytes) {
    const auto index =
        IndexReader(path).read({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (!index) return index.error();
    std::set<std::string> shards;
    for (const auto& [name, shard] : index->files) shards.insert(shard);
    if (shards.size() > mostShards)
        return weightsError(path, "G06", fmt::format("it names {} files", shards.size()),
                            "Join them in fewer files.");
    WeightFile file{.path = path, .kind = "safetensors", .tensors = {}};
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    for (const std::string& shard : shards) {
        auto read = openSafetensors((folder / shard).string());
        if (!read) return read.error();
        WeightFile part;
        add(part, *read);
        for (StoredTensor& tensor : part.tensors) {
            const auto entry = index->files.find(tensor.name);
            if (entry != index->files.end() && entry->second == shard)
                file.tensors.push_back(std::move(tensor));
        }
        file.files.push_back(read->file);
        file.checks.push_back(checkOf(std::move(read).value()));
    }
    std::map<std::string_view, size_t> places;
    for (size_t i = 0; i < file.tensors.size(); ++i) places[file.tensors[i].name] = i;
    for (const auto& [name, shard] : index->files)
        if (!places.contains(name)) return missing(path, name, shard);
    std::vector<StoredTensor> tied;
    for (const auto& [name, of] : index->ties) {
        if (places.contains(name)) continue;
        tied.push_back(file.tensors[places.at(of)]);
        tied.back().name = name;
    }
    std::ranges::move(tied, std::back_inserter(file.tensors));
    return file;
}

}  // namespace vitrine
