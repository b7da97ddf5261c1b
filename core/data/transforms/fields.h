// SPDX-License-Identifier: Apache-2.0
// Fields that many transforms have, and how they are spelt.
#pragma once

#include "core/base/field.h"
#include "core/data/pixels/crop.h"
#include "core/data/pixels/draws.h"
#include "core/data/transform.h"

namespace vitrine::transforms {

/// Of a Real or Int.
struct Range {
    double usual = 0, least = 0, most = 1;
};

constexpr FieldSpec realField(std::string_view id, std::string_view title, Range range,
                              std::string_view help, std::string_view unit = {}) {
    return {.id = id,
            .title = title,
            .type = FieldType::Real,
            .defaultNumber = range.usual,
            .minimum = range.least,
            .maximum = range.most,
            .unit = unit,
            .help = help};
}

constexpr FieldSpec wholeField(std::string_view id, std::string_view title, Range range,
                               std::string_view help, std::string_view unit = {}) {
    FieldSpec field = realField(id, title, range, help, unit);
    field.type = FieldType::Int;
    return field;
}

/// The first is the usual one.
constexpr FieldSpec choiceField(std::string_view id, std::string_view title,
                                std::span<const std::string_view> choices, std::string_view help) {
    return {.id = id,
            .title = title,
            .type = FieldType::Choice,
            .defaultText = choices[0],
            .help = help,
            .choices = choices};
}

constexpr FieldSpec chanceField(double usual, std::string_view help) {
    return realField("chance", "Chance", {usual, 0, 1}, help);
}
inline bool happens(TransformContext& context) {
    return drawnChance(context.rng, context.attrs.real("chance"));
}

inline constexpr double mostPixels = 16384;
constexpr FieldSpec heightField(std::string_view help) {
    return wholeField("height", "Height", {32, 1, mostPixels}, help, "pixels");
}
constexpr FieldSpec widthField(std::string_view help) {
    return wholeField("width", "Width", {32, 1, mostPixels}, help, "pixels");
}
/// Of images behind transforms with these two fields.
inline Result<Shape> shapeOfFields(const Attrs& attrs, const Shape& image) {
    return Shape{image[0], attrs.integer("height"), attrs.integer("width")};
}

constexpr FieldSpec fillField(std::string_view help) {
    return wholeField("fill", "Fill", {0, 0, 255}, help);
}
inline uint8_t fillOf(const Attrs& attrs) { return static_cast<uint8_t>(attrs.integer("fill")); }

inline constexpr std::string_view borders[] = {"fill", "edge", "reflect", "symmetric"};
constexpr FieldSpec borderField(std::string_view help) {
    return choiceField("border", "Border", borders, help);
}
inline Border borderOf(const Attrs& attrs) {
    const std::string& name = attrs.text("border");
    for (size_t i = 0; i < std::size(borders); ++i)
        if (name == borders[i]) return static_cast<Border>(i);
    return Border::Fill;
}

/// A number from two fields, drawn once.
inline double drawnBetween(TransformContext& context, std::string_view from, std::string_view to) {
    return context.rng.uniform(context.attrs.real(from), context.attrs.real(to));
}

}  // namespace vitrine::transforms
