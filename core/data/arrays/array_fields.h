// SPDX-License-Identifier: Apache-2.0
// Fields of formats whose data are arrays: how they are understood.
#pragma once

#include <string_view>

#include "core/base/field.h"

namespace vitrine {

inline constexpr std::string_view layoutChoices[] = {"automatic", "rows_columns", "channels_last",
                                                     "channels_first", "numbers"};
inline constexpr std::string_view valueChoices[] = {"automatic", "bytes", "numbers"};
inline constexpr std::string_view targetChoices[] = {"automatic", "classes", "one_hot",
                                                     "multi_label", "numbers"};

inline constexpr FieldSpec layoutField{
    .id = "layout",
    .title = "Layout",
    .type = FieldType::Choice,
    .defaultText = "automatic",
    .help =
        "What the axes behind the first are: rows and columns of grey pictures, these with "
        "channels behind or in front of them, or numbers that are no picture. Automatic: by "
        "their sizes.",
    .choices = layoutChoices};
inline constexpr FieldSpec valuesField{
    .id = "values",
    .title = "Values",
    .type = FieldType::Choice,
    .defaultText = "automatic",
    .help =
        "Whether pixels are kept as bytes (0 to 1 becomes 0 to 255, 16 bits are scaled) or as "
        "the numbers that they are. Automatic: bytes where the training part has bytes, 0 to "
        "1, or whole numbers from 0 to 255.",
    .choices = valueChoices};
inline constexpr FieldSpec targetsField{
    .id = "labels",
    .title = "Labels",
    .type = FieldType::Choice,
    .defaultText = "automatic",
    .help =
        "What labels are: class numbers from 0 on, a row with a 1 at the class, a row with a 1 "
        "at each of several, or numbers to be learnt as they are. Automatic: whole numbers are "
        "classes, rows of 0 and 1 one of the others; numbers that are no classes are refused until "
        "it is chosen.",
    .choices = targetChoices};
inline constexpr FieldSpec testShareField{
    .id = "test_share",
    .title = "Test share",
    .type = FieldType::Real,
    .defaultNumber = 0.2,
    .minimum = 0,
    .maximum = 0.9,
    .help =
        "Share of each class that is kept for testing, drawn by the seed. Where the data have "
        "a test part of their own, that holds."};

constexpr FieldSpec pictureSizeField(std::string_view id, std::string_view title) {
    return {.id = id,
            .title = title,
            .type = FieldType::Int,
            .defaultNumber = 0,
            .minimum = 0,
            .maximum = 8192,
            .unit = "pixels",
            .help = "Of pictures that lie as rows of numbers; 0: taken from the data."};
}

}  // namespace vitrine
