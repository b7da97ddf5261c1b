// SPDX-License-Identifier: Apache-2.0
// A column that is called like a label is it; else one of text; else the first before pixels; else
// the last.
#include "core/data/tables/table_roles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/base/file.h"
#include "core/base/nearest_word.h"
#include "core/data/tables/cell_number.h"
#include "core/data/tables/cell_reader.h"

namespace vitrine {

namespace {

constexpr std::string_view labelNames[] = {"label", "labels",  "class",   "classes", "target",
                                           "y",     "species", "variety", "category"};
constexpr std::string_view numberNames[] = {"", "id", "index", "unnamed: 0"};
constexpr size_t sampledRows = 50, fewestPixels = 64;

std::string lower(std::string_view text) {
    std::string out;
    for (const char c : text) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

Error roleError(std::string_view title, std::string_view field, std::string why, std::string next) {
    Error error{
        "V10", fmt::format("{}: {}", title, why), {}, "Nothing was imported.", std::move(next)};
    error.place.field = field;
    return error;
}

/// What the first lines hold.
struct Sample {
    std::vector<bool> isText;  ///< of each column
    bool areBytes = true;      ///< all numbers behind the first column are whole, 0 to 255
};

Result<Sample> sampleOf(std::string_view title, std::string_view text, const TableStyle& style) {
    CellReader reader(title, text.substr(style.begin), style.separator);
    Sample sample{std::vector<bool>(style.columns())};
    if (style.hasHeader) VITRINE_TRY(reader.next());
    for (size_t row = 0; row < sampledRows; ++row) {
        const auto more = reader.next();
        if (!more) return more.error();
        if (!*more) break;
        for (size_t i = 0; i < std::min(style.columns(), reader.cells().size()); ++i) {
            const CellNumber cell = numberIn(reader.cells()[i], style.decimal);
            if (cell.kind == CellKind::Text) sample.isText[i] = true;
            const bool isByte = cell.kind == CellKind::Number && cell.value >= 0 &&
                                cell.value <= 255 && cell.value == static_cast<int>(cell.value);
            if (i > 0 && !isByte) sample.areBytes = false;
        }
    }
    return sample;
}

/// Columns that a field names, by name or by number from 1, between commas.
Result<std::vector<size_t>> namedColumns(std::string_view title, const TableStyle& style,
                                         std::string_view field, std::string_view text) {
    std::vector<size_t> columns;
    while (!text.empty()) {
        const size_t comma = std::min(text.find(','), text.size());
        const std::string_view name = withoutBlanks(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
        const auto found = std::ranges::find(style.names, name);
        size_t number = static_cast<size_t>(found - style.names.begin()) + 1;
        const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
        const bool isNumber = failure == std::errc() && end == name.data() + name.size();
        if (found != style.names.end())
            number = static_cast<size_t>(found - style.names.begin()) + 1;
        if ((found == style.names.end() && !isNumber) || number < 1 || number > style.columns()) {
            const std::vector<std::string_view> names(style.names.begin(), style.names.end());
            const std::string_view nearest = nearestWord(std::string(name), names);
            return roleError(
                title, field,
                fmt::format("no column is called '{}'; {} there is '{}'", printable(name, 60),
                            nearest.empty() ? "the last" : "nearest",
                            printable(nearest.empty() ? names.back() : nearest, 60)),
                "Name a column, or give its number from 1.");
        }
        columns.push_back(number - 1);
    }
    return columns;
}

size_t guessedLabel(const TableStyle& style, const Sample& sample,
                    const std::vector<size_t>& leftOut) {
    const auto isFree = [&](size_t i) { return std::ranges::find(leftOut, i) == leftOut.end(); };
    for (const std::string_view name : labelNames)
        for (size_t i = 0; i < style.columns(); ++i)
            if (isFree(i) && style.hasHeader && lower(style.names[i]) == name) return i;
    for (size_t i = style.columns(); i-- > 0;)
        if (isFree(i) && sample.isText[i]) return i;
    if (sample.areBytes && style.columns() > fewestPixels) return 0;
    size_t last = style.columns() - 1;
    while (last > 0 && !isFree(last)) --last;
    return last;
}

/// Labels alone, with or without numbers of lines, teach nothing.
Error noInputs(std::string_view title, const TableStyle& style, const TableRoles& roles,
               bool areAlone) {
    std::string labels;
    for (const size_t i : roles.targets)
        labels += fmt::format("{}'{}'", labels.empty() ? "" : ", ", printable(style.names[i], 40));
    if (!areAlone)
        return roleError(title, "leave_out",
                         fmt::format("no column is left as input beside the label {}", labels),
                         "Leave out fewer columns.");
    return roleError(title, "label",
                     fmt::format("it holds labels alone ({}), and no column of inputs", labels),
                     "Choose the file or folder that has the inputs too: columns of numbers beside "
                     "the labels, or pictures whose names stand in the table.");
}

}  // namespace

Result<TableRoles> rolesOf(std::string_view title, std::string_view text, const TableStyle& style,
                           const Attrs& attrs) {
    const auto sample = sampleOf(title, text, style);
    if (!sample) return sample.error();
    TableRoles roles;
    auto leftOut = namedColumns(title, style, "leave_out", attrs.text("leave_out"));
    if (!leftOut) return leftOut.error();
    auto targets = namedColumns(title, style, "label", attrs.text("label"));
    if (!targets) return targets.error();
    roles.leftOut = std::move(leftOut).value();
    roles.targets = std::move(targets).value();
    if (attrs.text("leave_out").empty() && style.hasHeader)
        for (size_t i = 0; i < style.columns(); ++i)
            if (std::ranges::find(numberNames, lower(style.names[i])) != std::end(numberNames) &&
                std::ranges::find(roles.targets, i) == roles.targets.end())
                roles.leftOut.push_back(i);
    if (roles.targets.empty()) roles.targets = {guessedLabel(style, *sample, roles.leftOut)};
    for (size_t i = 0; i < style.columns(); ++i)
        if (std::ranges::find(roles.leftOut, i) == roles.leftOut.end() &&
            std::ranges::find(roles.targets, i) == roles.targets.end())
            roles.inputs.push_back(i);
    for (const size_t i : roles.targets) roles.targetsAreText |= sample->isText[i];
    if (roles.inputs.empty()) return noInputs(title, style, roles, attrs.text("leave_out").empty());
    return roles;
}

}  // namespace vitrine
