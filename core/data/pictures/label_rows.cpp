// SPDX-License-Identifier: Apache-2.0
// Rows of a table with names of files in them.
#include "core/data/pictures/label_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "core/base/file.h"
#include "core/data/pictures/picture_listing.h"
#include "core/data/tables/cell_number.h"
#include "core/data/tables/cell_reader.h"
#include "core/data/tables/table_file.h"
#include "core/data/tables/table_style.h"

namespace vitrine {

namespace {

constexpr std::array fileNames{"file",       "filename", "file_name", "image",   "path", "filepath",
                               "image_path", "image_id", "img",       "picture", "name", "id"};
constexpr std::array labelNames{"label",     "labels",  "class",    "classes", "category",
                                "target",    "targets", "tags",     "species", "breed",
                                "diagnosis", "value",   "class_id", "y",       "category_id"};
constexpr std::array partNames{"split", "subset", "set", "partition", "part"};

bool isOneOf(std::string_view name, std::span<const char* const> names) {
    return std::ranges::find(names, smallLetters(name)) != names.end();
}

struct Columns {
    size_t file = 0;
    std::vector<size_t> labels;
    std::optional<size_t> part;
};

Error noColumn(std::string_view title, std::string_view wanted, const TableStyle& style,
               std::string_view field) {
    std::string names;
    for (const std::string& name : style.names)
        names += fmt::format("{}'{}'", names.empty() ? "" : ", ", printable(name, 40));
    return {"V10",
            fmt::format("{}: there is no column {}; it has {}", title, wanted, names),
            {{}, std::string(field), {}, 0},
            "Nothing was imported.",
            "Name one of these columns, or its number."};
}

/// By name, or by number from 1.
Result<size_t> columnCalled(std::string_view title, std::string_view name, const TableStyle& style,
                            std::string_view field) {
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    const auto found = std::ranges::find(style.names, name);
    if (found != style.names.end()) return static_cast<size_t>(found - style.names.begin());
    size_t number = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool isNumber = read.ec == std::errc{} && read.ptr == name.data() + name.size();
    if (isNumber && number >= 1 && number <= style.columns()) return number - 1;
    return noColumn(title, fmt::format("'{}'", printable(name, 60)), style, field);
}

std::optional<size_t> usualColumn(const TableStyle& style, bool (*isIt)(std::string_view)) {
    const auto found = std::ranges::find_if(style.names, isIt);
    if (!style.hasHeader || found == style.names.end()) return std::nullopt;
    return static_cast<size_t>(found - style.names.begin());
}

/// Where nothing says it, the first column that names a picture.
Result<size_t> fileColumn(std::string_view title, const TableStyle& style, const Attrs& attrs,
                          const std::vector<std::string_view>& first) {
    if (const std::string& chosen = attrs.text("file_column"); !chosen.empty())
        return columnCalled(title, chosen, style, "file_column");
    const auto found = std::ranges::find_if(first, isPictureName);
    if (found != first.end()) return static_cast<size_t>(found - first.begin());
    if (const auto usual = usualColumn(style, isFileColumn)) return *usual;
    return noColumn(title, "of file names", style, "file_column");
}

Result<Columns> columnsOf(std::string_view title, const TableStyle& style, const Attrs& attrs,
                          const std::vector<std::string_view>& first) {
    Columns columns;
    const auto file = fileColumn(title, style, attrs, first);
    if (!file) return file.error();
    columns.file = *file;
    columns.part = usualColumn(style, isPartColumn);
    std::string_view chosen = attrs.text("label_column");
    while (!chosen.empty()) {
        const size_t end = std::min(chosen.find(','), chosen.size());
        const auto one = columnCalled(title, chosen.substr(0, end), style, "label_column");
        if (!one) return one.error();
        columns.labels.push_back(*one);
        chosen.remove_prefix(std::min(end + 1, chosen.size()));
    }
    if (!columns.labels.empty()) return columns;
    if (const auto usual = usualColumn(style, isLabelColumn); usual && *usual != columns.file) {
        columns.labels = {*usual};
        return columns;
    }
    for (size_t i = 0; i < style.columns(); ++i)
        if (i != columns.file && i != columns.part) columns.labels.push_back(i);
    if (columns.labels.empty()) return noColumn(title, "of labels", style, "label_column");
    // Several numbers belong together; of words the first column is it.
    const bool areNumbers = std::ranges::all_of(columns.labels, [&](size_t i) {
        return i < first.size() && numberIn(first[i], style.decimal).kind == CellKind::Number;
    });
    if (!areNumbers) columns.labels.resize(1);
    return columns;
}

/// Text above text tells nothing of itself: a first line that names pictures, or columns as they
/// are usually called, does.
void lookForNames(const std::vector<std::string_view>& first, const Attrs& attrs,
                  TableStyle& style) {
    if (attrs.text("header") != "automatic") return;
    const bool hasPicture = std::ranges::any_of(first, isPictureName);
    const bool hasName = std::ranges::any_of(first, [](std::string_view cell) {
        return isFileColumn(cell) || isLabelColumn(cell) || isPartColumn(cell);
    });
    const bool hasHeader = !hasPicture && (style.hasHeader || hasName);
    if (hasHeader == style.hasHeader) return;
    style.hasHeader = hasHeader;
    for (size_t i = 0; i < style.names.size(); ++i)
        style.names[i] =
            hasHeader && i < first.size() ? std::string(first[i]) : fmt::format("column {}", i + 1);
}

}  // namespace

bool isFileColumn(std::string_view name) { return isOneOf(name, fileNames); }
bool isLabelColumn(std::string_view name) { return isOneOf(name, labelNames); }
bool isPartColumn(std::string_view name) { return isOneOf(name, partNames); }

Result<LabelRows> readLabelTable(const std::string& path, const Attrs& attrs, size_t mostRows) {
    const auto table = openTable(path, {});
    if (!table) return table.error();
    auto style = styleOf(table->title, table->text(), attrs);
    if (!style) return style.error();
    CellReader reader(table->title, table->text().substr(style->begin), style->separator);
    LabelRows found;
    found.decimal = style->decimal;
    std::optional<Columns> columns;
    for (bool isFirst = true;; isFirst = false) {
        const auto more = reader.next();
        if (!more) return more.error();
        if (!*more || found.rows.size() >= mostRows) return found;
        const auto& cells = reader.cells();
        if (isFirst) lookForNames(cells, attrs, *style);
        if (isFirst && style->hasHeader) continue;
        if (cells.size() != style->columns())
            return Error{"V01",
                         fmt::format("{}, line {}: {} cells, wanted {}", table->title,
                                     reader.line(), cells.size(), style->columns()),
                         {{}, {}, path, static_cast<int>(reader.line())},
                         "Nothing was imported.",
                         "Correct the line."};
        if (!columns) {
            auto chosen = columnsOf(table->title, *style, attrs, cells);
            if (!chosen) return chosen.error();
            columns = std::move(chosen).value();
            for (const size_t i : columns->labels) found.names.push_back(style->names[i]);
        }
        LabelRow row{.file = std::string(cells[columns->file]), .line = reader.line()};
        for (const size_t i : columns->labels) row.labels.emplace_back(cells[i]);
        if (columns->part) row.part = cells[*columns->part];
        found.rows.push_back(std::move(row));
    }
}

}  // namespace vitrine
