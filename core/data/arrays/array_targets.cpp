// SPDX-License-Identifier: Apache-2.0
// Looks at the extents and the numbers of labels.
#include "core/data/arrays/array_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/file.h"

namespace vitrine {

namespace {

Error targetError(const KeptArray& targets, std::string code, std::string why, std::string next) {
    Error error{std::move(code),
                fmt::format("'{}' {}", printable(targets.name, 80), why),
                {},
                "Nothing was imported.",
                std::move(next)};
    error.place.field = "labels";
    return error;
}

/// Numbers for each example.
int64_t widthOf(const NumberArray& array) {
    return array.elements() / std::max<int64_t>(1, array.examples());
}

/// Which is the only 1 of a row of 0; −1: it is no such row.
int32_t onlyOne(std::span<const int64_t> row) {
    int32_t found = -1;
    for (size_t i = 0; i < row.size(); ++i) {
        if (row[i] == 0) continue;
        if (row[i] != 1 || found >= 0) return -1;
        found = static_cast<int32_t>(i);
    }
    return found;
}

bool areOneHot(const NumberArray& array) {
    const std::vector<int64_t> numbers = integersOf(array);
    const auto width = static_cast<size_t>(widthOf(array));
    for (size_t at = 0; at < numbers.size(); at += width)
        if (onlyOne(std::span(numbers).subspan(at, width)) < 0) return false;
    return true;
}

bool areBytes(const NumberRange& range) {
    return range.areWhole && range.areFinite && range.smallest >= 0 && range.largest <= 255;
}

bool isMaskOf(const NumberArray& array, const Column& inputs, const NumberRange& range) {
    if (array.rank() < 3 || inputs.shape.rank() != 3 || !areBytes(range)) return false;
    const int64_t height = inputs.shape[1], width = inputs.shape[2];
    return widthOf(array) == height * width &&
           std::ranges::count(array.extents, height) >= (height == width ? 2 : 1) &&
           std::ranges::count(array.extents, width) >= 1;
}

/// What the numbers look like.
TargetKind guessedKind(const NumberArray& array, const Column& inputs) {
    const NumberRange range = rangeOf(array);
    if (isMaskOf(array, inputs, range)) return TargetKind::Mask;
    // One that is no class is refused: a mistake is no silent regression.
    if (widthOf(array) == 1) return isFloat(array.type) ? TargetKind::Numbers : TargetKind::Classes;
    const bool areBits =
        range.areWhole && range.areFinite && range.smallest >= 0 && range.largest <= 1;
    if (!areBits) return TargetKind::Numbers;
    return areOneHot(array) ? TargetKind::OneHot : TargetKind::MultiLabel;
}

}  // namespace

Result<TargetKind> targetKindOf(const KeptArray& targets, const Column& inputs,
                                const Attrs& attrs) {
    const NumberArray& array = targets.array;
    VITRINE_TRY(checkTargets(targets, TargetKind::Numbers));
    const std::string& chosen = attrs.text("labels");
    if (chosen == "numbers") return TargetKind::Numbers;
    if (chosen == "multi_label") return TargetKind::MultiLabel;
    if (chosen == "one_hot") return TargetKind::OneHot;
    if (chosen != "classes") return guessedKind(array, inputs);
    if (isMaskOf(array, inputs, rangeOf(array))) return TargetKind::Mask;
    VITRINE_TRY(checkTargets(targets, TargetKind::Classes));
    return TargetKind::Classes;
}

Result<void> checkTargets(const KeptArray& targets, TargetKind kind) {
    const NumberArray& array = targets.array;
    if (array.rank() == 0 || array.elements() == 0)
        return targetError(targets, "N11", fmt::format("is {}: it holds no labels", array.text()),
                           "Check that it is the array you meant.");
    if (kind == TargetKind::Classes && widthOf(array) != 1)
        return targetError(
            targets, "N11",
            fmt::format("is {}; class numbers are one for each example", array.text()),
            "Choose with 'Labels' what they are.");
    if (kind == TargetKind::Mask && !areBytes(rangeOf(array)))
        return targetError(targets, "I07", "has numbers that are no classes of a mask, 0 to 255",
                           "Choose masks that belong together.");
    return {};
}

Result<std::vector<int32_t>> classesOf(const KeptArray& targets, TargetKind kind) {
    const std::vector<int64_t> numbers = integersOf(targets.array);
    const NumberRange range = rangeOf(targets.array);
    const auto width = static_cast<size_t>(widthOf(targets.array));
    std::vector<int32_t> classes;
    classes.reserve(numbers.size() / width);
    if (!range.areWhole || !range.areFinite)
        return targetError(targets, "I07", "has numbers that are not whole, which are no classes",
                           "Choose 'numbers' for the labels.");
    for (size_t at = 0; at < numbers.size(); at += width) {
        const int64_t label = kind == TargetKind::OneHot
                                  ? onlyOne(std::span(numbers).subspan(at, width))
                                  : numbers[at];
        if (label < 0 || label >= mostClasses)
            return targetError(targets, "I07",
                               kind == TargetKind::OneHot
                                   ? fmt::format("has no single 1 in row {}", at / width)
                                   : fmt::format("has label {} at {}; classes are from 0 to {}",
                                                 label, at, mostClasses - 1),
                               kind == TargetKind::OneHot
                                   ? "Choose with 'Labels' what they are."
                                   : "Correct the label; or choose 'numbers' with 'Labels' where "
                                     "numbers are to be learnt.");
        classes.push_back(static_cast<int32_t>(label));
    }
    return classes;
}

Column targetColumn(const KeptArray& targets, TargetKind kind, int64_t classes) {
    Column column{.name = "target", .dtype = DType::F32};
    for (int64_t i = 0; i < classes; ++i) column.classes.push_back(fmt::format("{}", i));
    const int64_t width = widthOf(targets.array);
    switch (kind) {
        case TargetKind::Classes:
        case TargetKind::OneHot:
            column.name = "label";
            column.dtype = DType::I32;
            break;
        case TargetKind::MultiLabel:
            column.name = "labels";
            column.shape = {width};
            break;
        case TargetKind::Numbers:
            if (width > 1) column.shape = {width};
            break;
        case TargetKind::Mask:
            column.name = "mask";
            column.dtype = DType::U8;
            break;
    }
    return column;
}

MaskNumbers maskNumbersOf(const KeptArray& train, const KeptArray* test) {
    constexpr size_t white = 255;
    std::array<bool, white + 1> seen{};
    for (const KeptArray* part : {&train, test})
        if (part)
            for (const std::byte number : pixelsOf(part->array, PixelScale::AsTheyAre))
                seen[std::to_integer<size_t>(number)] = true;
    size_t largest = white;
    while (largest > 0 && !seen[largest]) --largest;
    if (largest < white)
        return {.classes = std::max<int64_t>(2, 1 + static_cast<int64_t>(largest))};
    size_t next = white - 1;
    while (next > 0 && !seen[next]) --next;
    return {.classes = std::max<int64_t>(2, 1 + static_cast<int64_t>(next)),
            .areBlackAndWhite = next == 0};
}

std::vector<std::byte> targetValues(const KeptArray& targets, TargetKind kind,
                                    const MaskNumbers& masks) {
    if (kind == TargetKind::Mask) {
        auto pixels = pixelsOf(targets.array, PixelScale::AsTheyAre);
        if (masks.areBlackAndWhite) std::ranges::replace(pixels, std::byte{255}, std::byte{1});
        return pixels;
    }
    const std::vector<float> numbers = floatsOf(targets.array);
    const auto bytes = std::as_bytes(std::span(numbers));
    return {bytes.begin(), bytes.end()};
}

}  // namespace vitrine
