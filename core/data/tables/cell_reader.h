// SPDX-License-Identifier: Apache-2.0
// Cells of a table in text, one after another: fields between separators, with or without quotes.
// A parser over bytes. Source: RFC 4180, and what spreadsheets make of it.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

/// Reads rows of a text one by one; what a row gives is valid until the next. Lines end with LF, CR
/// LF or CR; empty lines are passed over; blanks belong to the cells.
class CellReader {
  public:
    CellReader(std::string_view title, std::string_view text, char separator);

    /// False at the end. Errors: "V06" (a quote that is never closed, or text behind one), "V08" (a
    /// row too long), "V09" (too many cells), "V11" (NUL bytes).
    Result<bool> next();
    const std::vector<std::string_view>& cells() const { return m_cells; }
    int64_t line() const { return m_firstLine; }  ///< where the row begins, from 1
    size_t place() const { return m_at; }         ///< bytes that were read

    static constexpr size_t longestRow = size_t{1} << 26, mostCells = 1 << 20;

  private:
    Result<void> readQuoted();
    Result<void> readPlain();
    Error error(std::string code, std::string why, int64_t line, std::string next) const;

    const std::string_view m_title, m_text;
    const char m_separator;
    std::array<bool, 256> m_isStop{};  ///< ends a cell without quotes
    size_t m_at = 0;
    int64_t m_line = 1, m_firstLine = 1;
    std::vector<std::string_view> m_cells;
    std::deque<std::string> m_unquoted;  ///< cells whose quotes stand doubled inside
    size_t m_unquotedUsed = 0;
};

}  // namespace vitrine
