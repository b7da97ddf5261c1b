// SPDX-License-Identifier: Apache-2.0
// How a table is written: what stands between its cells, before fractions, and in its first line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/field.h"
#include "core/base/result.h"

namespace vitrine {

struct TableStyle {
    char separator = ',';
    char decimal = '.';
    std::vector<std::string> names = {};  ///< of the columns; `column 1` where the table has none
    bool hasHeader = false;
    size_t begin = 0;  ///< of the text, behind a mark of its encoding
    size_t columns() const { return names.size(); }
    /// `';' between cells, decimal commas, names in the first line`.
    std::string text() const;
};

/// By the first lines, and by the fields `separator`, `decimal` and `header`. Errors: those of
/// CellReader; "V07" (UTF-16), "V05" (a single column), "V12" (a name that stands twice).
Result<TableStyle> styleOf(std::string_view title, std::string_view text, const Attrs& attrs);

inline constexpr std::string_view separatorChoices[] = {"automatic", "comma", "semicolon",
                                                        "tab",       "bar",   "space"};
inline constexpr std::string_view decimalChoices[] = {"automatic", "point", "comma"};
inline constexpr std::string_view headerChoices[] = {"automatic", "yes", "no"};

/// What styleOf asks for.
inline constexpr FieldSpec separatorField{
    .id = "separator",
    .title = "Between cells",
    .type = FieldType::Choice,
    .defaultText = "automatic",
    .help =
        "What stands between the cells of a line. Automatic: what gives most cells, as many "
        "in each of the first lines.",
    .choices = separatorChoices};
inline constexpr FieldSpec headerField{
    .id = "header",
    .title = "Names",
    .type = FieldType::Choice,
    .defaultText = "automatic",
    .help =
        "Whether the first line names the columns. Automatic: where it has text above "
        "numbers.",
    .choices = headerChoices};
inline constexpr FieldSpec decimalField{
    .id = "decimal",
    .title = "Fractions",
    .type = FieldType::Choice,
    .defaultText = "automatic",
    .help = "Whether fractions stand behind a point or a comma.",
    .choices = decimalChoices};

}  // namespace vitrine
