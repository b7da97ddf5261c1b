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

NumberArray numbersOf(const IdxArray& array) {
    NumberArray numbers{.isBigEndian = true, .extents = array.extents, .bytes = array.elements};
    switch (array.type) {
        case IdxType::U8:
            numbers.type = NumberType::U8;
            break;
        case IdxType::I8:
            numbers.type = NumberType::I8;
            break;
        case IdxType::I16:
            numbers.type = NumberType::I16;
            break;
        case IdxType::I32:
            numbers.type = NumberType::I32;
            break;
        case IdxType::F32:
            numbers.type = NumberType::F32;
            break;
        case IdxType::F64:
            numbers.type = NumberType::F64;
            break;
    }
    return numbers;
}

Result<void> checkImages(std::string_view title, const IdxArray& array) {
    if (array.extents.size() == 1 && array.type == IdxType::U8)
        return importError("I09",
                           fmt::format("{}: images have 3 or 4 dimensions, this has 1 as a labels "
                                       "file has",
                                       title),
                           "Check whether the names of images and labels are swapped.");
    if (array.extents.size() > 4)
        return importError("I03",
                           fmt::format("{}: images have 3 dimensions (N×H×W) or 4 (N×C×H×W), "
                                       "numbers 1 or 2, this has {}",
                                       title, array.extents.size()),
                           "Convert the file to one of these.");
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

Result<void> checkLabels(std::string_view title, const IdxArray& array, const IdxLabels& options) {
    if (array.extents.size() > 2)
        return importError("I09",
                           fmt::format("{}: labels have 1 dimension or 2, this has {} as an images "
                                       "file has",
                                       title, array.extents.size()),
                           "Check whether the names of images and labels are swapped.");
    if (array.elements.empty())
        return importError("I04", fmt::format("{}: it holds no labels", title),
                           "Check that it is the file you meant.");
    const bool areFloats = array.type == IdxType::F32 || array.type == IdxType::F64;
    if (array.extents.size() == 2 && !areFloats && options.column >= array.extents[1])
        return importError("I03",
                           fmt::format("{}: each example has {}, and column {} was chosen", title,
                                       countOf(array.extents[1], "label"), options.column),
                           "Choose one of the columns, from 0 on.");
    return {};
}

Result<std::vector<int32_t>> classesOf(std::string_view title, const IdxArray& array,
                                       const IdxLabels& options) {
    const std::vector<int64_t> numbers = integersOf(numbersOf(array));
    const auto each = static_cast<size_t>(array.extents.size() == 2 ? array.extents[1] : 1);
    const size_t column = array.extents.size() == 2 ? static_cast<size_t>(options.column) : 0;
    std::vector<int32_t> labels;
    labels.reserve(static_cast<size_t>(array.extents[0]));
    for (size_t at = column; at < numbers.size(); at += each) {
        const int64_t label = numbers[at] - options.first;
        if (label < 0 || label >= options.classes)
            return importError(
                "I07",
                fmt::format("{}: label {} of item {} is out of range, {} classes have labels {} "
                            "to {}",
                            title, numbers[at], at / each, options.classes, options.first,
                            options.first + options.classes - 1),
                "Check the number of classes and the first label, or that it is a labels file.");
        labels.push_back(static_cast<int32_t>(label));
    }
    return labels;
}

}  // namespace

Result<IdxExamples> parseIdxImages(const IdxSource& images, const IdxSource& labels,
                                   const IdxLabels& options) {
    const auto imageArray = parseIdx(images.title, images.bytes);
    if (!imageArray) return imageArray.error();
    const auto labelArray = parseIdx(labels.title, labels.bytes);
    if (!labelArray) return labelArray.error();
    VITRINE_TRY(checkImages(images.title, *imageArray));
    VITRINE_TRY(checkLabels(labels.title, *labelArray, options));
    const int64_t imageCount = imageArray->extents[0], labelCount = labelArray->extents[0];
    if (imageCount != labelCount)
        return importError(
            "I06",
            fmt::format("{} has {}, {} has {}", images.title, countOf(imageCount, "image"),
                        labels.title, countOf(labelCount, "label")),
            "Give images and labels that belong together.");
    IdxExamples examples{.images = numbersOf(*imageArray), .labels = {}, .numbers = {}};
    if (labelArray->type == IdxType::F32 || labelArray->type == IdxType::F64) {
        examples.numbers = numbersOf(*labelArray);
        return examples;
    }
    auto classes = classesOf(labels.title, *labelArray, options);
    if (!classes) return classes.error();
    examples.labels = std::move(classes).value();
    return examples;
}

}  // namespace vitrine
