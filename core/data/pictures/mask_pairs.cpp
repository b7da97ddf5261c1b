// SPDX-License-Identifier: Apache-2.0
// Looks for usual names, and pairs files by their stems.
#include "core/data/pictures/mask_pairs.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <string_view>
#include <unordered_map>

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr std::array imageNames{"images", "image", "jpegimages", "imgs", "img", "inputs", "input"};
constexpr std::array maskNames{"masks",        "mask",    "segmentationclass",
                               "annotations",  "targets", "groundtruth",
                               "ground_truth", "gt",      "target",
                               "labels",       "label"};
constexpr std::array trainNames{"train", "training"};
constexpr std::array testNames{"val", "valid", "validation", "test", "testing"};
constexpr std::array maskEnds{"_mask", "_masks", "_label", "_labels", "_gt", "_seg", "_L"};

std::string named(const std::vector<std::string>& folders, std::span<const char* const> names) {
    for (const char* name : names)
        for (const std::string& folder : folders)
            if (smallLetters(folder) == name) return folder;
    return {};
}

std::string under(const std::string& folder, const std::string& name) {
    return folder.empty() ? name : folder + '/' + name;
}

std::optional<MaskFolders> pairIn(const std::string& folder, const std::string& in) {
    const auto folders = foldersIn((fs::path(folder) / in).string());
    const std::string images = named(folders, imageNames), masks = named(folders, maskNames);
    if (images.empty() || masks.empty()) return std::nullopt;
    return MaskFolders{under(in, images), under(in, masks)};
}

/// What pairs a file with its other: its path in the folder, without ending.
std::string keyOf(const std::string& path, const std::string& in, bool isMask) {
    fs::path inside = fs::path(path).lexically_relative(in);
    std::string key = inside.replace_extension().string();
    if (isMask)
        for (const std::string_view end : maskEnds)
            if (key.ends_with(end)) {
                key.resize(key.size() - end.size());
                break;
            }
    return key;
}

}  // namespace

std::optional<MaskLayout> findMaskPairs(const std::string& folder) {
    const auto folders = foldersIn(folder);
    const std::string train = named(folders, trainNames), test = named(folders, testNames);
    if (!train.empty())
        if (auto pair = pairIn(folder, train))
            return MaskLayout{*pair, test.empty() ? std::nullopt : pairIn(folder, test)};
    const auto pair = pairIn(folder, "");
    if (!pair) return std::nullopt;
    const auto inImages = foldersIn((fs::path(folder) / pair->images).string());
    const auto inMasks = foldersIn((fs::path(folder) / pair->masks).string());
    const auto part = [&](std::span<const char* const> names) -> std::optional<MaskFolders> {
        const std::string image = named(inImages, names), mask = named(inMasks, names);
        if (image.empty() || mask.empty()) return std::nullopt;
        return MaskFolders{under(pair->images, image), under(pair->masks, mask)};
    };
    if (const auto inside = part(trainNames)) return MaskLayout{*inside, part(testNames)};
    return MaskLayout{*pair, {}};
}

Result<MaskPairs> listMaskPairs(const std::string& folder, const MaskFolders& folders,
                                const std::stop_token& stop) {
    MaskPairs found;
    std::vector<PictureFile> images, masks;
    PictureLister lister(folder, stop, found.passedOver);
    VITRINE_TRY(lister.add(folders.images, 0, images));
    VITRINE_TRY(lister.add(folders.masks, 0, masks));
    std::unordered_map<std::string, const PictureFile*> byKey;
    for (const PictureFile& mask : masks)
        byKey.emplace(keyOf(mask.path, folders.masks, true), &mask);
    for (PictureFile& image : images) {
        const auto mask = byKey.find(keyOf(image.path, folders.images, false));
        if (mask == byKey.end()) {
            if (found.imagesAlone++ == 0) found.firstAlone = image.path;
            continue;
        }
        found.pairs.push_back({std::move(image), *mask->second});
    }
    found.masksAlone = std::ssize(masks) - std::ssize(found.pairs);
    return found;
}

}  // namespace vitrine
