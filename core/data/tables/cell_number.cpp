// SPDX-License-Identifier: Apache-2.0
// Whole numbers of a few digits, which most cells are, take a path of their own.
#include "core/data/tables/cell_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace vitrine {

std::string_view withoutBlanks(std::string_view cell) {
    const auto isBlank = [](char c) { return c == ' ' || c == '\t'; };
    while (!cell.empty() && isBlank(cell.front())) cell.remove_prefix(1);
    while (!cell.empty() && isBlank(cell.back())) cell.remove_suffix(1);
    return cell;
}

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

CellNumber parsed(std::string_view cell) {
    CellNumber number;
    const char* const end = cell.data() + cell.size();
    const auto [rest, failure] = std::from_chars(cell.data(), end, number.value);
    if (failure == std::errc::invalid_argument || rest != end) return {CellKind::Text};
    const bool isFinite = failure == std::errc() && std::isfinite(number.value);
    number.kind = isFinite ? CellKind::Number : CellKind::NoNumber;
    return number;
}

}  // namespace

CellNumber numberIn(std::string_view cell, char decimal) {
    if (!cell.empty() && cell.size() <= 9 && std::ranges::all_of(cell, isDigit)) {
        int value = 0;
        for (const char c : cell) value = 10 * value + (c - '0');
        return {CellKind::Number, static_cast<double>(value)};
    }
    cell = withoutBlanks(cell);
    if (cell.empty()) return {CellKind::Empty};
    if (cell.front() == '+' && cell.size() > 1 && cell[1] != '-') cell.remove_prefix(1);
    if (decimal == '.') return parsed(cell);
    std::array<char, 64> point{};
    if (cell.size() > point.size() || cell.find('.') != std::string_view::npos)
        return {CellKind::Text};
    std::ranges::replace_copy(cell, point.begin(), decimal, '.');
    return parsed({point.data(), cell.size()});
}

}  // namespace vitrine
