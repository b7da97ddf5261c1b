// SPDX-License-Identifier: Apache-2.0
// Makes room for pictures and shares one source out to the parts.
#include "core/data/pictures/picture_examples.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/data/pictures/picture.h"

namespace vitrine {

namespace {

/// Half of what is there: networks and other programs need some, too.
RecordCache::Limits limitsOf(const DataRequest& request) {
    return {.memoryBytes = request.memoryBytes > 0 ? request.memoryBytes : availableMemory() / 2,
            .fileBytes = request.cacheBytes,
            .folder = RecordCache::userFolder(),
            .what = "pictures"};
}

}  // namespace

std::string pathIn(const DataRequest& request, const std::string& file) {
    return request.folder + '/' + file;
}

Result<void> openPictures(PictureSet pictures, const Attrs& attrs, const DataRequest& request,
                          Dataset& set) {
    const auto count = std::ssize(*pictures.files);
    const int64_t bytes =
        std::accumulate(pictures.readBytes.begin(), pictures.readBytes.end(), int64_t{0});
    auto made = RecordCache::create(count, bytes, limitsOf(request));
    if (!made) return made.error();
    const std::shared_ptr<RecordCache> cache = std::move(made).value();
    ReadExamples::Options options{
        .readBytes = std::move(pictures.readBytes),
        .numbers = std::make_shared<StoredExamples>(std::move(pictures.numbers)),
        .groups = std::move(pictures.classes),
        .passesOver = attrs.text("broken") == "skip",
        .read = std::move(pictures.read),
        .threads = request.threads,
        .stop = request.stop};
    options.numbersFollow = options.groups.empty();
    options.name = [files = pictures.files](int64_t index) {
        return (*files)[static_cast<size_t>(index)];
    };
    options.fileShape = [files = pictures.files, request](int64_t index) -> std::optional<Shape> {
        const std::string& file = (*files)[static_cast<size_t>(index)];
        const auto info = lookAtPictureFile(pathIn(request, file), file);
        if (!info) return std::nullopt;
        return Shape{info->channels, info->height, info->width};
    };
    const auto part = [&](int64_t first, int64_t end) -> ExampleSet {
        if (first == end) return {};
        options.first = first;
        options.count = end - first;
        return {end - first, ReadExamples::create(cache, options), 0};
    };
    set.train = part(0, pictures.train);
    set.test = part(pictures.train, count);
    return {};
}

std::string identityText(const std::vector<PictureFile>& files) {
    std::string text;
    for (const PictureFile& file : files)
        text += fmt::format("{}\n{} {}\n", file.path, file.bytes, file.label);
    return text;
}

void addRemarks(const PassedOver& passedOver, Dataset& set) {
    if (!passedOver.endings.empty()) {
        std::string kinds;
        int64_t count = 0;
        for (const auto& [ending, files] : passedOver.endings) {
            kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", files,
                                 ending.empty() ? "without an ending" : printable(ending, 20));
            count += files;
        }
        set.remarks.push_back(
            {"M05",
             fmt::format("{} among the pictures {} no {}: {}", countOf(count, "file"),
                         count == 1 ? "is" : "are", pictureKinds, kinds),
             {},
             "They were left out.",
             "Save pictures of other formats in one of these."});
    }
    if (passedOver.links > 0)
        set.remarks.push_back({"M06",
                               fmt::format("{} out of the folder",
                                           countOf(passedOver.links, "link leads", "links lead")),
                               {},
                               "They were left out.",
                               "Copy the pictures themselves into the folder."});
}

}  // namespace vitrine
