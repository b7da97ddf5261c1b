// SPDX-License-Identifier: Apache-2.0
// Numbers and columns as people like to read them in a terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vitrine::cli {

/// On standard output. Numbers come into the text through fmt, which knows no locale; printf does.
void print(const std::string& text);

/// `Warning CODE: …`, on standard output, with a blank line before it.
void showWarning(const Error& warning);

/// `512 B`, `1.2 KB`, `33.0 MB`: powers of 1000.
std::string bytesText(double bytes);
/// `0`, `960`, `15.1 M`, `2.3 G`.
std::string countText(double count);
/// `4 s`, `2 min 05 s`, `1 h 20 min`.
std::string durationText(double seconds);

/// A word as a shell takes it, safe to show: plain names as they stand, others quoted with control
/// characters escaped.
std::string shellWord(std::string_view word);

/// Rows under a header, columns as wide as they must be. Numbers (right) stand flush right.
class Table {
  public:
    struct Column {
        std::string title;
        bool right = false;
        size_t widest = 60;  ///< longer cells are cut with an ellipsis
    };
    explicit Table(std::vector<Column> columns) : m_columns(std::move(columns)) {}
    void add(std::vector<std::string> cells) { m_rows.push_back(std::move(cells)); }
    /// A line of text between rows.
    void heading(std::string text) { m_rows.push_back({std::move(text)}); }
    std::string text() const;

  private:
    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

}  // namespace vitrine::cli
