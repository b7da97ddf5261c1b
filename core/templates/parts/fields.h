// SPDX-License-Identifier: Apache-2.0
// Fields that many templates have, and what is made of them.
#pragma once

#include "core/base/field.h"
#include "core/templates/parts/network.h"

namespace vitrine::templates {

inline constexpr double largestImage = 4096;

constexpr FieldSpec channelsField(double usual) {
    return {.id = "channels",
            .title = "Channels",
            .defaultNumber = usual,
            .minimum = 1,
            .maximum = 4096,
            .help = "Of the images: 1 for grey ones, 3 for colours."};
}
/// `least`: with smaller images some layer would have nothing left to look at.
constexpr FieldSpec heightField(double usual, double least = 1) {
    return {.id = "height",
            .title = "Height",
            .defaultNumber = usual,
            .minimum = least,
            .maximum = largestImage,
            .unit = "px",
            .help = "Of the images; at least what the layers need."};
}
constexpr FieldSpec widthField(double usual, double least = 1) {
    return {.id = "width",
            .title = "Width",
            .defaultNumber = usual,
            .minimum = least,
            .maximum = largestImage,
            .unit = "px",
            .help = "Of the images; at least what the layers need."};
}
constexpr FieldSpec classesField(double usual) {
    return {.id = "classes",
            .title = "Classes",
            .defaultNumber = usual,
            .minimum = 2,
            .maximum = 1'000'000,
            .help = "What the network tells apart."};
}
constexpr FieldSpec multiplierField = {
    .id = "width_multiplier",
    .title = "Width multiplier",
    .type = FieldType::Real,
    .defaultNumber = 1,
    .minimum = 0.0625,
    .maximum = 8,
    .help = "Channels of every layer, compared with the original: 0.5 for half of them."};
constexpr FieldSpec countField(std::string_view id, std::string_view title, double usual,
                               double least, double most, std::string_view help) {
    return {.id = id,
            .title = title,
            .defaultNumber = usual,
            .minimum = least,
            .maximum = most,
            .help = help};
}
/// Which of several published networks: choices of text, the first is usual.
constexpr FieldSpec variantField(std::string_view id, std::string_view title,
                                 std::span<const std::string_view> choices, std::string_view help) {
    return {.id = id,
            .title = title,
            .type = FieldType::Choice,
            .defaultText = choices.front(),
            .help = help,
            .choices = choices};
}

/// What comes first and last in a network that classifies images.
inline Feature images(Network& net, const Attrs& attrs) {
    return net.input("input",
                     {attrs.integer("channels"), attrs.integer("height"), attrs.integer("width")});
}
inline Result<Graph> classified(Network&& net, const Feature& logits, const Attrs& attrs) {
    net.classify(logits, attrs.integer("classes"));
    return std::move(net).graph();
}

/// "P11" of a field.
inline Error fieldError(std::string_view field, std::string message) {
    Error error{"P11", std::move(message), {}, {}, {}};
    error.place.field = field;
    return error;
}

}  // namespace vitrine::templates
