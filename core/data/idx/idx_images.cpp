// SPDX-License-Identifier: Apache-2.0
// Checks that two IDX arrays belong together as images and labels.
#include "core/data/idx/idx_images.h"

#include <fmt/format.h>

#include <limits>

#include "core/base/count_text.h"
#include "core/data/idx/idx_array.h"

namespace vitrine {

namespace {

Error importError(std::string code, std::string message, std::string next) {
    return {std::move(code), std::move(message), {}, "Nothing was imported.", std::move(next)};
}

Result<void> checkImages(std::string_view title, const IdxArray& array) {
    if (array.extents.size() == 1)
        return importError("I09",
                           fmt::format("{}: images have 3 or 4 dimensions, this has 1 as a labels "
                                       "file has",
                                       title),
                           "Check whether the names of images and labels are swapped.");
    if (array.extents.size() != 3 && array.extents.size() != 4)
        return importError("I03",
                           fmt::format("{}: images have 3 dimensions (N×H×W) or 4 (N×C×H×W), this "
                                       "has {}",
                                       title, array.extents.size()),
                           "Convert the file to one of the two.");
    if (array.type != IdxType::U8)
        return importError(
            "I02",
            fmt::format("{}: images are read from unsigned bytes (0x08), this holds {} (0x{:02X})",
                        title, name(array.type), static_cast<unsigned>(array.type)),
            "Convert the file to unsigned bytes.");
    if (array.elements.empty())
        return importError("I04", fmt::format("{}: it holds no pixels", title),
                           "Check that it is the file you meant.");
    if (array.extents[0] > std::numeric_limits<int32_t>::max())
        return importError("I05",
                           fmt::format("{}: {} images are more than the 2,147,483,647 that can be "
                                       "numbered",
                                       title, fmt::group_digits(array.extents[0])),
                           "Take a part of them.");
    return {};
}

Result<void> checkLabels(std::string_view title, const IdxArray& array) {
    if (array.extents.size() != 1)
        return importError("I09",
                           fmt::format("{}: labels have 1 dimension, this has {} as an images file "
                                       "has",
                                       title, array.extents.size()),
                           "Check whether the names of images and labels are swapped.");
    if (array.type != IdxType::U8)
        return importError(
            "I02",
            fmt::format("{}: labels are read from unsigned bytes (0x08), this holds {} (0x{:02X})",
                        title, name(array.type), static_cast<unsigned>(array.type)),
            "Convert the file to unsigned bytes.");
    return {};
}

Result<void> checkRange(std::string_view title, const IdxArray& labels, int64_t classes) {
    for (size_t i = 0; i < labels.elements.size(); ++i) {
        const auto label = std::to_integer<int64_t>(labels.elements[i]);
        if (label >= classes)
            return importError("I07",
                               fmt::format("{}: label {} of item {} is out of range, {} classes "
                                           "have labels 0 to {}",
                                           title, label, i, classes, classes - 1),
                               "Check the number of classes, or that it is a labels file.");
    }
    return {};
}

LabelledImages assemble(const IdxArray& images, const IdxArray& labels) {
    const size_t rank = images.extents.size();
    LabelledImages set{.count = images.extents[0],
                       .shape = {rank == 4 ? images.extents[1] : 1, images.extents[rank - 2],
                                 images.extents[rank - 1]},
                       .pixels = {images.elements.begin(), images.elements.end()},
                       .labels = {}};
    set.labels.reserve(labels.elements.size());
    for (std::byte label : labels.elements) set.labels.push_back(std::to_integer<int32_t>(label));
    return set;
}

}  // namespace

Result<LabelledImages> parseIdxImages(const IdxSource& images, const IdxSource& labels,
                                      int64_t classes) {
    const auto imageArray = parseIdx(images.title, images.bytes);
    if (!imageArray) return imageArray.error();
    const auto labelArray = parseIdx(labels.title, labels.bytes);
    if (!labelArray) return labelArray.error();
    VITRINE_TRY(checkImages(images.title, *imageArray));
    VITRINE_TRY(checkLabels(labels.title, *labelArray));
    const int64_t imageCount = imageArray->extents[0], labelCount = labelArray->extents[0];
    if (imageCount != labelCount)
        return importError(
            "I06",
            fmt::format("{} has {}, {} has {}", images.title, countOf(imageCount, "image"),
                        labels.title, countOf(labelCount, "label")),
            "Give images and labels that belong together.");
    VITRINE_TRY(checkRange(labels.title, *labelArray, classes));
    return assemble(*imageArray, *labelArray);
}

}  // namespace vitrine
