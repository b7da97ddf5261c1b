// SPDX-License-Identifier: Apache-2.0
// Tells [N, H, W], [N, H, W, C] and [N, C, H, W] apart by their extents.
#include "core/data/arrays/array_inputs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <numeric>

#include "core/base/file.h"

namespace vitrine {

namespace {

Error inputError(const KeptArray& inputs, std::string why, std::string next) {
    Error error{"N11",
                fmt::format("'{}' {}", printable(inputs.name, 80), why),
                {},
                "Nothing was imported.",
                std::move(next)};
    error.place.field = "layout";
    return error;
}

enum class Layout : uint8_t { RowsColumns, ChannelsLast, ChannelsFirst, Numbers };

/// How much an extent looks like channels: of colour, of grey, of colour and alpha, of anything.
int channelLook(int64_t extent) {
    return extent == 3 ? 4 : extent == 1 ? 3 : extent == 4 ? 2 : extent == 2 ? 1 : 0;
}

/// Of an array of rank 4: where the extent looks more like channels; else the smaller.
Layout guessedLayout(std::span<const int64_t> extents, std::string& remark) {
    const int64_t front = extents[1], back = extents[3];
    const int frontLook = channelLook(front), backLook = channelLook(back);
    const bool isLast = frontLook == backLook ? back < front : backLook > frontLook;
    if ((frontLook > 0) == (backLook > 0))
        remark = fmt::format("[{}] was read with channels {}", fmt::join(extents, ", "),
                             isLast ? "last" : "first");
    return isLast ? Layout::ChannelsLast : Layout::ChannelsFirst;
}

Result<Layout> layoutOf(const KeptArray& inputs, const std::string& chosen, std::string& remark) {
    const auto& extents = inputs.array.extents;
    const size_t rank = extents.size();
    if (chosen == "numbers") return Layout::Numbers;
    if (chosen == "automatic") {
        if (rank == 3) return Layout::RowsColumns;
        if (rank == 4) return guessedLayout(extents, remark);
        return Layout::Numbers;
    }
    const size_t wanted = chosen == "rows_columns" ? 3 : 4;
    if (rank != wanted)
        return inputError(inputs,
                          fmt::format("is {}; pictures of layout '{}' have {} axes",
                                      inputs.array.text(), chosen, wanted),
                          "Choose another layout, or leave it to be found.");
    return chosen == "rows_columns"    ? Layout::RowsColumns
           : chosen == "channels_last" ? Layout::ChannelsLast
                                       : Layout::ChannelsFirst;
}

/// The fields `height` and `width` make a picture of a row of numbers.
Result<Shape> rowsShape(const KeptArray& inputs, const InputChoices& choices) {
    const int64_t height = choices.height, width = choices.width;
    const int64_t numbers = inputs.array.elements() / std::max<int64_t>(1, inputs.array.examples());
    if (height == 0 || width == 0 || numbers % (height * width) != 0 || numbers == 0)
        return inputError(inputs,
                          fmt::format("has {} numbers for each example, which make no picture of "
                                      "{} × {}",
                                      numbers, height, width),
                          "Correct height and width, or set both to 0.");
    return Shape{numbers / (height * width), height, width};
}

void setShape(const NumberArray& array, Layout layout, InputPlan& plan) {
    const auto& e = array.extents;
    plan.axes.resize(array.rank());
    std::iota(plan.axes.begin(), plan.axes.end(), size_t{0});
    if (layout == Layout::RowsColumns) plan.column.shape = {1, e[1], e[2]};
    if (layout == Layout::ChannelsFirst) plan.column.shape = {e[1], e[2], e[3]};
    if (layout == Layout::ChannelsLast) {
        plan.column.shape = {e[3], e[1], e[2]};
        plan.axes = {0, 3, 1, 2};
    }
    if (layout == Layout::Numbers)
        plan.column.shape = {array.elements() / std::max<int64_t>(1, array.examples())};
}

/// Bytes or floats, and how bytes are made.
void setValues(const NumberArray& array, const std::string& chosen, InputPlan& plan) {
    const bool isPicture = plan.column.shape.rank() == 3;
    plan.column.dtype = DType::F32;
    if (!isPicture || chosen == "numbers") return;
    if (array.type == NumberType::U8) {
        plan.column.dtype = DType::U8;
        return;
    }
    const NumberRange range = rangeOf(array);
    const bool isUnit = range.smallest >= 0 && range.largest <= 1 && range.areFinite &&
                        (isFloat(array.type) || array.type == NumberType::Bool);
    const bool isBytes =
        range.smallest >= 0 && range.largest <= 255 && range.areWhole && range.areFinite;
    const bool isWide = array.type == NumberType::U16 && range.largest > 255;
    if (!isUnit && !isBytes && !isWide && chosen != "bytes") return;
    plan.column.dtype = DType::U8;
    plan.scale = isUnit ? PixelScale::Unit : isWide ? PixelScale::Wide : PixelScale::AsTheyAre;
}

bool isInOrder(std::span<const size_t> axes) {
    for (size_t i = 0; i < axes.size(); ++i)
        if (axes[i] != i) return false;
    return true;
}

/// The bytes of the array are those of the column.
bool liesAsWanted(const KeptArray& inputs, const InputPlan& plan) {
    const NumberArray& array = inputs.array;
    if (array.isFortran || !isInOrder(plan.axes)) return false;
    if (plan.column.dtype == DType::U8)
        return array.type == NumberType::U8 && plan.scale == PixelScale::AsTheyAre;
    const bool isNative = array.isBigEndian == (std::endian::native == std::endian::big);
    return array.type == NumberType::F32 && isNative &&
           reinterpret_cast<uintptr_t>(array.bytes.data()) % alignof(float) == 0;
}

}  // namespace

InputChoices inputChoicesOf(const Attrs& attrs) {
    InputChoices choices{attrs.text("layout"), attrs.text("values")};
    if (!attrs.has("height")) return choices;
    choices.height = attrs.integer("height");
    choices.width = attrs.integer("width");
    return choices;
}

Result<InputPlan> planInputs(const KeptArray& inputs, const InputChoices& choices) {
    const NumberArray& array = inputs.array;
    if (array.rank() == 0 || array.elements() == 0)
        return inputError(inputs, fmt::format("is {}: it holds no examples", array.text()),
                          "Check that it is the array you meant.");
    InputPlan plan;
    const auto layout = layoutOf(inputs, choices.layout, plan.remark);
    if (!layout) return layout.error();
    setShape(array, *layout, plan);
    if (*layout == Layout::Numbers && (choices.height > 0 || choices.width > 0)) {
        const auto shape = rowsShape(inputs, choices);
        if (!shape) return shape.error();
        plan.column.shape = *shape;
    }
    setValues(array, choices.values, plan);
    plan.column.name = plan.column.shape.rank() == 3 ? "image" : "input";
    return plan;
}

Result<void> checkFits(const KeptArray& first, const KeptArray& other) {
    const std::vector<int64_t>&a = first.array.extents, &b = other.array.extents;
    if (a.size() == b.size() && std::equal(a.begin() + 1, a.end(), b.begin() + 1)) return {};
    return inputError(
        other,
        fmt::format("is {}, '{}' is {}: behind the first axis they must agree", other.array.text(),
                    printable(first.name, 80), first.array.text()),
        "Choose arrays that belong together.");
}

int64_t bytesToMake(const KeptArray& inputs, const InputPlan& plan) {
    return liesAsWanted(inputs, plan) ? 0 : inputs.array.examples() * plan.column.bytes();
}

ColumnValues valuesOf(const KeptArray& inputs, const InputPlan& plan) {
    if (liesAsWanted(inputs, plan)) return {inputs.array.bytes, inputs.owner, inputs.file};
    if (plan.column.dtype == DType::U8) {
        auto made = std::make_shared<const std::vector<std::byte>>(
            pixelsOf(inputs.array, plan.scale, plan.axes));
        return {*made, made, nullptr};
    }
    auto made = std::make_shared<const std::vector<float>>(floatsOf(inputs.array, plan.axes));
    return {std::as_bytes(std::span(*made)), made, nullptr};
}

}  // namespace vitrine
