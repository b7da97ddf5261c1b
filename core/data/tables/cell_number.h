// SPDX-License-Identifier: Apache-2.0
// The number that a cell of a table holds, whatever the locale.
#pragma once

#include <cstdint>
#include <string_view>

namespace vitrine {

enum class CellKind : uint8_t {
    Number,
    Empty,     ///< nothing but blanks
    NoNumber,  ///< `nan`, `inf`, or beyond what a double holds
    Text
};

struct CellNumber {
    CellKind kind = CellKind::Text;
    double value = 0;
};

std::string_view withoutBlanks(std::string_view cell);

/// Decimal numbers with `decimal` before the fraction, `+`, `-` and `e` as usual; blanks around
/// them do not count. Hexadecimal numbers and thousands are text.
CellNumber numberIn(std::string_view cell, char decimal);

}  // namespace vitrine
