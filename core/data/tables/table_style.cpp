// SPDX-License-Identifier: Apache-2.0
// Tries each separator on the first lines: the one that gives most cells, as many in each line,
// and leaves none in them that separates more clearly.
#include "core/data/tables/table_style.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/file.h"
#include "core/data/tables/cell_number.h"
#include "core/data/tables/cell_reader.h"

namespace vitrine {

namespace {

using namespace std::string_view_literals;

using Rows = std::vector<std::vector<std::string>>;

constexpr size_t sampledRows = 20, sampledBytes = size_t{1} << 22;
constexpr char separators[] = {',', ';', '\t', '|', ' '};
constexpr std::string_view separatorNames[] = {"','", "';'", "tabs", "'|'", "blanks"};

Error styleError(std::string_view title, std::string code, std::string why, std::string next) {
    return {std::move(code),
            fmt::format("{}: {}", title, why),
            {},
            "Nothing was imported.",
            std::move(next)};
}

Result<Rows> firstRows(std::string_view title, std::string_view text, char separator) {
    CellReader reader(title, text, separator);
    Rows rows;
    while (rows.size() < sampledRows && reader.place() < sampledBytes) {
        const auto more = reader.next();
        if (!more) return more.error();
        if (!*more) break;
        rows.emplace_back(reader.cells().begin(), reader.cells().end());
    }
    return rows;
}

/// Cells of the first row, where all rows have as many; 0: they have not.
size_t commonWidth(const Rows& rows) {
    if (rows.empty()) return 0;
    const auto isAsWide = [&](const auto& row) { return row.size() == rows[0].size(); };
    return std::ranges::all_of(rows, isAsWide) ? rows[0].size() : 0;
}

/// No cell holds what separates cells more clearly than commas and blanks do: `5;2` is none.
bool areClean(const Rows& rows) {
    return std::ranges::none_of(rows, [](const auto& row) {
        return std::ranges::any_of(row, [](const std::string& cell) {
            return cell.find_first_of(";\t|") != std::string::npos;
        });
    });
}

/// Rows in the separator that fits best: clean ones, and then most cells. Where none fits, with
/// commas.
Result<Rows> guessedRows(std::string_view title, std::string_view text, char& separator) {
    Rows best;
    std::pair<bool, size_t> bestLook{false, 1};
    for (const char one : separators) {
        auto rows = firstRows(title, text, one);
        if (!rows || commonWidth(*rows) < 2) continue;
        const std::pair look{areClean(*rows), commonWidth(*rows)};
        if (look <= bestLook) continue;
        bestLook = look;
        best = std::move(rows).value();
        separator = one;
    }
    return best.empty() ? firstRows(title, text, separator) : Result<Rows>(std::move(best));
}

/// `1,5` stands there, and no number with a point.
bool hasDecimalCommas(const Rows& rows) {
    bool hasComma = false;
    for (const auto& row : rows)
        for (const std::string& cell : row) {
            const bool isPoint =
                cell.find('.') != std::string::npos && numberIn(cell, '.').kind == CellKind::Number;
            if (isPoint) return false;
            hasComma |=
                cell.find(',') != std::string::npos && numberIn(cell, ',').kind == CellKind::Number;
        }
    return hasComma;
}

/// The first line has text where the second has numbers, or nothing but text, each once.
bool looksLikeHeader(const Rows& rows, char decimal) {
    const auto isText = [&](const std::string& cell) {
        return numberIn(cell, decimal).kind == CellKind::Text;
    };
    for (size_t i = 0; rows.size() > 1 && i < std::min(rows[0].size(), rows[1].size()); ++i)
        if (isText(rows[0][i]) && !isText(rows[1][i])) return true;
    const std::set<std::string> names(rows[0].begin(), rows[0].end());
    return rows.size() > 1 && names.size() == rows[0].size() &&
           std::ranges::all_of(rows[0], isText) && rows[0] != rows[1] &&
           std::ranges::any_of(rows[0], [](const std::string& cell) {
               return cell == "label" || cell == "class" || cell == "text" || cell == "path";
           });
}

Result<void> setNames(std::string_view title, const std::vector<std::string>& first,
                      TableStyle& style) {
    std::set<std::string> seen;
    for (size_t i = 0; i < first.size(); ++i) {
        style.names.push_back(style.hasHeader ? std::string(withoutBlanks(first[i]))
                                              : fmt::format("column {}", i + 1));
        if (!style.names.back().empty() && !seen.insert(style.names.back()).second)
            return styleError(
                title, "V12",
                fmt::format("two columns are called '{}'", printable(style.names.back(), 60)),
                "Rename one of them, or say that the first line holds no names.");
    }
    return {};
}

/// Marks of UTF-8 are passed over; text in 16 bits is named.
Result<size_t> beginOfText(std::string_view title, std::string_view text) {
    const bool isWide = text.starts_with("\xFF\xFE"sv) || text.starts_with("\xFE\xFF"sv) ||
                        (text.size() >= 4 && text[1] == '\0' && text[3] == '\0') ||
                        (text.size() >= 4 && text[0] == '\0' && text[2] == '\0');
    if (isWide)
        return styleError(title, "V07", "it is text in UTF-16, tables are read in UTF-8",
                          "Save the table anew as CSV in UTF-8.");
    return text.starts_with("\xEF\xBB\xBF"sv) ? size_t{3} : size_t{0};
}

}  // namespace

std::string TableStyle::text() const {
    const auto at = static_cast<size_t>(std::ranges::find(separators, separator) - separators);
    return fmt::format("{} between cells, decimal {}, {}", separatorNames[at],
                       decimal == ',' ? "commas" : "points",
                       hasHeader ? "names in the first line" : "no line of names");
}

Result<TableStyle> styleOf(std::string_view title, std::string_view text, const Attrs& attrs) {
    TableStyle style;
    const auto begin = beginOfText(title, text);
    if (!begin) return begin.error();
    style.begin = *begin;
    const std::string& chosen = attrs.text("separator");
    const bool isGuessed = chosen == "automatic";
    if (!isGuessed)
        style.separator =
            separators[std::ranges::find(separatorChoices, chosen) - separatorChoices - 1];
    const auto rows = isGuessed ? guessedRows(title, text.substr(*begin), style.separator)
                                : firstRows(title, text.substr(*begin), style.separator);
    if (!rows) return rows.error();
    if (rows->empty())
        return styleError(title, "G04", "it has no line with cells", "Check that it is a table.");
    if ((*rows)[0].size() < 2)
        return styleError(title, "V05", "a single column was found, a table has inputs and a label",
                          "Choose what stands between cells; labels alone belong beside the inputs "
                          "or pictures that they are about.");
    const std::string& decimal = attrs.text("decimal");
    const bool hasCommas =
        decimal == "comma" ||
        (decimal == "automatic" && style.separator != ',' && hasDecimalCommas(*rows));
    style.decimal = hasCommas ? ',' : '.';
    const std::string& header = attrs.text("header");
    style.hasHeader =
        header == "yes" || (header == "automatic" && looksLikeHeader(*rows, style.decimal));
    VITRINE_TRY(setNames(title, (*rows)[0], style));
    return style;
}

}  // namespace vitrine
