// SPDX-License-Identifier: Apache-2.0
// Looks at the names and at all values of the label.
#include "core/data/tables/table_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "core/base/file.h"

namespace vitrine {

namespace {

constexpr size_t fewClasses = 100;

Error targetError(std::string_view title, std::string why) {
    Error error{"V10",
                fmt::format("{}: {}", title, why),
                {},
                "Nothing was imported.",
                "Choose 'numbers' for the labels, or another column."};
    error.place.field = "labels";
    return error;
}

std::vector<double> differentNumbers(std::span<const TableContent> tables) {
    std::vector<double> numbers;
    for (const TableContent& table : tables)
        numbers.insert(numbers.end(), table.targets.begin(), table.targets.end());
    std::ranges::sort(numbers);
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
}

bool isCalledClass(std::string_view name) {
    std::string lower;
    for (const char c : name)
        lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower == "label" || lower == "labels" || lower == "class" || lower == "classes";
}

Result<TableTarget> wordClasses(std::string_view title, std::span<const TableContent> tables) {
    TableTarget target{.column = {.name = "label", .dtype = DType::I32}};
    for (const TableContent& table : tables)
        target.words.insert(target.words.end(), table.words.begin(), table.words.end());
    std::ranges::sort(target.words);
    target.words.erase(std::unique(target.words.begin(), target.words.end()), target.words.end());
    if (target.words.size() > mostTableClasses)
        return targetError(title, fmt::format("its label has {} classes, {} are possible",
                                              fmt::group_digits(target.words.size()),
                                              fmt::group_digits(mostTableClasses)));
    for (const std::string& word : target.words)
        target.column.classes.push_back(printable(word, 60));
    return target;
}

}  // namespace

Result<TableTarget> targetOf(std::string_view title, std::span<const TableContent> tables,
                             const TableStyle& style, const TableRoles& roles, const Attrs& attrs) {
    if (roles.targetsAreText) return wordClasses(title, tables);
    const std::string& chosen = attrs.text("labels");
    const auto width = static_cast<int64_t>(roles.targets.size());
    TableTarget numbers{.column = {.name = "target", .dtype = DType::F32}};
    if (width > 1) numbers.column.shape = {width};
    if (chosen == "numbers" || (width > 1 && chosen == "automatic")) return numbers;
    if (width > 1)
        return targetError(title, fmt::format("{} columns are labels, classes are one", width));
    TableTarget target{.column = {.name = "label", .dtype = DType::I32}};
    target.classes = differentNumbers(tables);
    const bool areWhole = std::ranges::all_of(
        target.classes, [](double value) { return value == std::floor(value); });
    const bool areFew = target.classes.size() <= fewClasses &&
                        2 * static_cast<int64_t>(target.classes.size()) <= tables[0].rows;
    const bool isNamed = style.hasHeader && isCalledClass(style.names[roles.targets[0]]);
    if (chosen == "automatic" && (!areWhole || (!areFew && !isNamed))) return numbers;
    if (!areWhole)
        return targetError(title, "its label has numbers that are not whole, which are no classes");
    if (target.classes.size() > mostTableClasses)
        return targetError(title, fmt::format("its label has {} different numbers, {} classes are "
                                              "possible",
                                              fmt::group_digits(target.classes.size()),
                                              fmt::group_digits(mostTableClasses)));
    for (const double value : target.classes)
        target.column.classes.push_back(fmt::format("{}", value));
    return target;
}

std::vector<int32_t> classesIn(const TableContent& table, const TableTarget& target) {
    const auto placeIn = [](const auto& sorted, const auto& value) {
        return static_cast<int32_t>(std::ranges::lower_bound(sorted, value) - sorted.begin());
    };
    std::vector<int32_t> ofWord;
    for (const std::string& word : table.words) ofWord.push_back(placeIn(target.words, word));
    std::vector<int32_t> classes;
    classes.reserve(table.targets.size());
    for (const double value : table.targets)
        classes.push_back(ofWord.empty() ? placeIn(target.classes, value)
                                         : ofWord[static_cast<size_t>(value)]);
    return classes;
}

}  // namespace vitrine
