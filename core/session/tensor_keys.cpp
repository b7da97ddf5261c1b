// SPDX-License-Identifier: Apache-2.0
// One text of metadata holds the keys: {"stem.weight":"conv1.weight"}.
#include "core/session/tensor_keys.h"

#include <fmt/format.h>

#include <set>

#include "core/base/file.h"
#include "core/io/json_reader.h"

namespace vitrine {

namespace {

constexpr const char *keysEntry = "vitrine.keys", *kindEntry = "vitrine.kind";
constexpr size_t mostTensors = 100'000;

Error badKeys(const std::string& path, const std::string& why) {
    Error error{
        "C01", fmt::format("'{}': {}", printable(path), why), {}, "Nothing was loaded.", {}};
    error.place.file = path;
    return error;
}

/// The pairs of names and keys that differ.
Result<NameToKey> notedKeys(const std::string& path, const SafetensorsFile& file) {
    NameToKey keys;
    const auto text = file.metadata.find(keysEntry);
    if (text == file.metadata.end()) return keys;
    const Result<Json> json = readJson(text->second, {.depth = 2, .members = mostTensors});
    if (!json || !json->is_object())
        return badKeys(path, fmt::format("its '{}' is no object of texts", keysEntry));
    for (const auto& [name, key] : json->items()) {
        if (!key.is_string())
            return badKeys(
                path, fmt::format("the key of its tensor '{}' is no text", printable(name, 60)));
        keys[name] = key.get<std::string>();
    }
    return keys;
}

}  // namespace

void noteKeys(std::map<std::string, std::string>& metadata, const NameToKey& keys) {
    nlohmann::json differing;
    for (const auto& [name, key] : keys)
        if (key != name) differing[name] = key;
    if (!differing.empty()) metadata[keysEntry] = differing.dump();
}

Result<NameToKey> keysOf(const std::string& path, const SafetensorsFile& file) {
    NameToKey keys;
    if (!file.metadata.contains(kindEntry)) return keys;
    auto noted = notedKeys(path, file);
    if (!noted) return noted;
    std::set<std::string_view> taken;
    for (const TensorView& tensor : file.tensors) {
        const auto found = noted->find(tensor.name);
        const auto entry =
            keys.emplace(tensor.name, found == noted->end() ? tensor.name : found->second).first;
        if (!taken.insert(entry->second).second)
            return badKeys(path, fmt::format("two of its tensors have the key '{}'",
                                             printable(entry->second, 60)));
    }
    return keys;
}

Result<StateToTensor> tensorsOf(const std::string& path, const SafetensorsFile& file,
                                const StateLayout& layout) {
    const auto keys = keysOf(path, file);
    if (!keys) return keys.error();
    StateToTensor tensors;
    std::set<std::string_view> taken;
    for (const auto& [name, key] : *keys)
        if (const StateLayout::Item* item = layout.findByKey(key)) {
            tensors[item->name] = name;
            taken.insert(name);
        }
    for (const StateLayout::Item& item : layout.items())
        if (!taken.contains(item.name)) tensors.emplace(item.name, item.name);
    return tensors;
}

}  // namespace vitrine
