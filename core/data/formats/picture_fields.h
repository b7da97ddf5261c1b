// SPDX-License-Identifier: Apache-2.0
// Fields of several formats whose examples are picture files.
#pragma once

#include "core/base/field.h"

namespace vitrine::formats {

inline constexpr std::string_view channelChoices[] = {"as_they_are", "grey", "colour"};
inline constexpr std::string_view fitChoices[] = {"refuse", "stretch", "letterbox", "crop"};
inline constexpr std::string_view brokenChoices[] = {"stop", "skip"};
inline constexpr std::string_view backgroundChoices[] = {"white", "black"};

constexpr FieldSpec pictureSide(std::string_view id, std::string_view title) {
    return {.id = id,
            .title = title,
            .type = FieldType::Int,
            .defaultNumber = 0,
            .minimum = 0,
            .maximum = 8192,
            .unit = "pixels",
            .help = "Of all pictures as the network sees them; 0: as the first one has it."};
}
inline constexpr FieldSpec pictureHeight = pictureSide("height", "Height"),
                           pictureWidth = pictureSide("width", "Width");

inline constexpr FieldSpec pictureChannels{
    .id = "channels",
    .title = "Channels",
    .type = FieldType::Choice,
    .defaultText = "as_they_are",
    .help =
        "As the first picture has them, or grey (weights 0.299, 0.587, 0.114), or red, green "
        "and blue.",
    .choices = channelChoices};

inline constexpr FieldSpec pictureFit{
    .id = "fit",
    .title = "Other sizes",
    .type = FieldType::Choice,
    .defaultText = "refuse",
    .help =
        "What happens to a picture of another size: it is refused by name; stretched; made "
        "smaller or larger as a whole, with black bars beside it; or its middle is cut out. "
        "Bilinear, with antialiasing.",
    .choices = fitChoices};

inline constexpr FieldSpec pictureBackground{
    .id = "background",
    .title = "Background",
    .type = FieldType::Choice,
    .defaultText = "white",
    .help = "What lies behind pictures that can be seen through.",
    .choices = backgroundChoices};

inline constexpr FieldSpec brokenPictures{
    .id = "broken",
    .title = "Broken pictures",
    .type = FieldType::Choice,
    .defaultText = "stop",
    .help =
        "Whether a picture that cannot be read ends training, or is passed over: the next one "
        "of its class stands in its place then, and it is told how many there were.",
    .choices = brokenChoices};

constexpr FieldSpec testShare(std::string_view help) {
    return {.id = "test_share",
            .title = "Test share",
            .type = FieldType::Real,
            .defaultNumber = 0.2,
            .minimum = 0,
            .maximum = 0.9,
            .help = help};
}

}  // namespace vitrine::formats
