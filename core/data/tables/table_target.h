// SPDX-License-Identifier: Apache-2.0
// What the label of tables is, classes or numbers, and its values as a column.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/base/field.h"
#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/data/tables/table_reader.h"

namespace vitrine {

/// Classes are the words, sorted, or the different numbers, sorted.
struct TableTarget {
    Column column;
    std::vector<double> classes = {};     ///< numbers that are classes
    std::vector<std::string> words = {};  ///< words that are classes
};

/// By the field `labels` and what the tables hold, training part first. Errors: "V10" (numbers that
/// cannot be classes, or too many).
Result<TableTarget> targetOf(std::string_view title, std::span<const TableContent> tables,
                             const TableStyle& style, const TableRoles& roles, const Attrs& attrs);

/// Class numbers of a table; for a target with classes.
std::vector<int32_t> classesIn(const TableContent& table, const TableTarget& target);

inline constexpr std::string_view tableLabelChoices[] = {"automatic", "classes", "numbers"};

}  // namespace vitrine
