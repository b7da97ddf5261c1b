// SPDX-License-Identifier: Apache-2.0
// Looks at all labels, then numbers them.
#include "core/data/pictures/label_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/file.h"
#include "core/data/tables/cell_number.h"

namespace vitrine {

namespace {

constexpr size_t mostClasses = 65536;

enum class Kind : uint8_t { Classes, Several, Numbers };

template <class Look>
void eachLabel(const LabelRows& rows, Look look) {
    for (const LabelRow& row : rows.rows)
        for (const std::string& label : row.labels) look(label);
}

Kind kindOf(const LabelRows& rows, const Attrs& attrs) {
    const std::string& chosen = attrs.text("labels");
    if (chosen != "automatic")
        return chosen == "several"   ? Kind::Several
               : chosen == "numbers" ? Kind::Numbers
                                     : Kind::Classes;
    bool areNumbers = true, areBits = true, haveFractions = false, haveBars = false;
    eachLabel(rows, [&](std::string_view label) {
        const CellNumber number = numberIn(label, rows.decimal);
        areNumbers = areNumbers && number.kind == CellKind::Number;
        areBits = areBits && areNumbers && (number.value == 0 || number.value == 1);
        haveFractions = haveFractions || number.value != std::floor(number.value);
        haveBars = haveBars || label.find(labelBar) != label.npos;
    });
    if (rows.names.size() > 1) return areBits ? Kind::Several : Kind::Numbers;
    if (haveBars) return Kind::Several;
    return areNumbers && haveFractions ? Kind::Numbers : Kind::Classes;
}

Error inRow(const LabelRow& row, std::string code, std::string_view why) {
    return {std::move(code),
            row.line > 0 ? fmt::format("line {}, '{}': {}", row.line, printable(row.file, 80), why)
                         : fmt::format("'{}': {}", printable(row.file, 80), why),
            {{}, "labels", {}, static_cast<int>(row.line)},
            "Nothing was imported.",
            "Correct the label, or choose another kind of labels."};
}

/// Names that are all whole numbers count as such.
bool isBefore(const std::string& a, const std::string& b) {
    const CellNumber one = numberIn(a, '.'), other = numberIn(b, '.');
    const bool areNumbers = one.kind == CellKind::Number && other.kind == CellKind::Number;
    if (areNumbers && one.value != other.value) return one.value < other.value;
    return a < b;
}

using Numbers = std::map<std::string, int32_t, decltype(&isBefore)>;

/// Numbers the names in their order.
Result<std::vector<std::string>> numbered(Numbers& classes) {
    if (classes.size() > mostClasses)
        return Error{"V10",
                     fmt::format("there are {} different labels, wanted at most {} classes",
                                 fmt::group_digits(classes.size()), fmt::group_digits(mostClasses)),
                     {{}, "labels", {}, 0},
                     "Nothing was imported.",
                     "Choose numbers as the kind of labels, or another column."};
    std::vector<std::string> names;
    for (auto& [name, number] : classes) {
        number = static_cast<int32_t>(names.size());
        names.push_back(name);
    }
    return names;
}

std::vector<std::string> labelsIn(std::string_view cell) {
    std::vector<std::string> labels;
    for (size_t at = 0; at < cell.size();) {
        const size_t end = std::min(cell.find(labelBar, at), cell.size());
        const std::string_view one = withoutBlanks(cell.substr(at, end - at));
        if (!one.empty()) labels.emplace_back(one);
        at = end + 1;
    }
    return labels;
}

Result<LabelColumn> classesOf(const LabelRows& rows) {
    Numbers classes(isBefore);
    for (const LabelRow& row : rows.rows) {
        const std::string_view label = withoutBlanks(row.labels.front());
        if (label.empty()) return inRow(row, "V03", "it has no label");
        classes.try_emplace(std::string(label));
    }
    auto names = numbered(classes);
    if (!names) return names.error();
    LabelColumn labels{{.name = "label", .dtype = DType::I32, .classes = std::move(*names)}};
    for (const LabelRow& row : rows.rows)
        labels.classes.push_back(
            classes.find(std::string(withoutBlanks(row.labels.front())))->second);
    return labels;
}

/// A picture without any is of none.
Result<LabelColumn> severalOf(const LabelRows& rows) {
    Numbers classes(isBefore);
    for (const LabelRow& row : rows.rows)
        for (std::string& one : labelsIn(row.labels.front())) classes.try_emplace(std::move(one));
    auto names = numbered(classes);
    if (!names) return names.error();
    const size_t count = names->size();
    LabelColumn labels{{.name = "label",
                        .dtype = DType::F32,
                        .shape = {static_cast<int64_t>(count)},
                        .classes = std::move(*names)}};
    labels.numbers.resize(rows.rows.size() * count);
    for (size_t i = 0; i < rows.rows.size(); ++i)
        for (const std::string& one : labelsIn(rows.rows[i].labels.front()))
            labels.numbers[i * count + static_cast<size_t>(classes.find(one)->second)] = 1;
    return labels;
}

Result<LabelColumn> numbersOf(const LabelRows& rows, bool areClasses) {
    LabelColumn labels{{.name = "label", .dtype = DType::F32}};
    const auto count = static_cast<int64_t>(rows.names.size());
    if (count > 1 || areClasses) labels.column.shape = {count};
    if (areClasses) labels.column.classes = rows.names;
    for (const LabelRow& row : rows.rows)
        for (const std::string& label : row.labels) {
            const CellNumber number = numberIn(label, rows.decimal);
            if (number.kind == CellKind::Empty) return inRow(row, "V03", "it has no label");
            if (number.kind != CellKind::Number)
                return inRow(row, "V02",
                             fmt::format("label '{}' is no number", printable(label, 40)));
            labels.numbers.push_back(static_cast<float>(number.value));
        }
    return labels;
}

}  // namespace

Result<LabelColumn> labelColumn(const LabelRows& rows, const Attrs& attrs) {
    const Kind kind = kindOf(rows, attrs);
    if (kind == Kind::Classes) return classesOf(rows);
    if (kind == Kind::Numbers) return numbersOf(rows, false);
    return rows.names.size() > 1 ? numbersOf(rows, true) : severalOf(rows);
}

}  // namespace vitrine
