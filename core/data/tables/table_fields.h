// SPDX-License-Identifier: Apache-2.0
// Fields of the format "table": how a table is written, and what its columns are.
#pragma once

#include "core/data/arrays/array_fields.h"
#include "core/data/tables/table_style.h"
#include "core/data/tables/table_target.h"

namespace vitrine {

inline constexpr std::string_view tableInputChoices[] = {"automatic", "pixels", "numbers"};
inline constexpr std::string_view badRowChoices[] = {"stop", "skip"};

inline constexpr FieldSpec tableFields[] = {
    separatorField,
    headerField,
    decimalField,
    {.id = "label",
     .title = "Label",
     .type = FieldType::Text,
     .help = "Name of the column that is learnt, or its number from 1; several between commas. "
             "Empty: one that is called label, class or so, else one of text, else the last; the "
             "first where pixels follow."},
    {.id = "labels",
     .title = "Labels",
     .type = FieldType::Choice,
     .defaultText = "automatic",
     .help = "Whether labels are classes or numbers to be learnt as they are. Automatic: text and "
             "few whole numbers are classes.",
     .choices = tableLabelChoices},
    {.id = "leave_out",
     .title = "Left out",
     .type = FieldType::Text,
     .help = "Names of columns that are no inputs, or their numbers from 1, between commas. Empty: "
             "those called id or index."},
    {.id = "inputs",
     .title = "Inputs",
     .type = FieldType::Choice,
     .defaultText = "automatic",
     .help = "Whether inputs are pixels of square pictures or other numbers. Automatic: pixels "
             "where they are 64 or more whole numbers from 0 to 255 that make a square.",
     .choices = tableInputChoices},
    pictureSizeField("height", "Height"),
    pictureSizeField("width", "Width"),
    {.id = "bad_rows",
     .title = "Bad lines",
     .type = FieldType::Choice,
     .defaultText = "stop",
     .help = "Whether a line with an empty cell or no finite number stops the import, or is left "
             "out.",
     .choices = badRowChoices},
    {.id = "test_file",
     .title = "Test file",
     .type = FieldType::Text,
     .help = "Name of a table beside the first one; empty: a share of the first."},
    testShareField,
};

}  // namespace vitrine
