// SPDX-License-Identifier: Apache-2.0
// Looks at names alone; Python's batches have no ending, the others `.bin`.
#include "core/data/cifar/cifar_files.h"

#include <fmt/format.h>

#include <filesystem>

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view unpackedFolders[] = {"cifar-10-batches-bin", "cifar-10-batches-py",
                                                "cifar-100-binary", "cifar-100-python"};

bool isThere(const std::string& folder, const std::string& name) {
    std::error_code failure;
    return fs::is_regular_file(fs::path(folder) / name, failure);
}

std::vector<std::string> batches(std::string_view ending) {
    std::vector<std::string> names;
    for (int i = 1; i <= 5; ++i) names.push_back(fmt::format("data_batch_{}{}", i, ending));
    return names;
}

std::optional<CifarLayout> findIn(const std::string& folder) {
    if (isThere(folder, "data_batch_1.bin"))
        return CifarLayout{
            folder, false, false, batches(".bin"), "test_batch.bin", "batches.meta.txt"};
    if (isThere(folder, "data_batch_1"))
        return CifarLayout{folder, true, false, batches(""), "test_batch", "batches.meta"};
    if (isThere(folder, "train.bin") && isThere(folder, "fine_label_names.txt"))
        return CifarLayout{folder, false, true, {"train.bin"}, "test.bin", "fine_label_names.txt"};
    if (isThere(folder, "train") && isThere(folder, "test") && isThere(folder, "meta"))
        return CifarLayout{folder, true, true, {"train"}, "test", "meta"};
    return {};
}

}  // namespace

std::optional<CifarLayout> findCifar(const std::string& folder) {
    if (auto layout = findIn(folder)) return layout;
    for (const std::string_view inner : unpackedFolders)
        if (auto layout = findIn((fs::path(folder) / inner).string())) return layout;
    return {};
}

bool isCifarArchive(const std::string& path) {
    const std::string name = fs::path(path).filename().string();
    std::error_code failure;
    return name.starts_with("cifar-10") &&
           (name.ends_with(".tar.gz") || name.ends_with(".tgz") || name.ends_with(".tar") ||
            name.ends_with(".zip")) &&
           fs::is_regular_file(path, failure);
}

}  // namespace vitrine
