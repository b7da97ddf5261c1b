// SPDX-License-Identifier: Apache-2.0
// Cells are pieces of the text itself; only those with doubled quotes are copied.
#include "core/data/tables/cell_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/file.h"

namespace vitrine {

CellReader::CellReader(std::string_view title, std::string_view text, char separator)
    : m_title(title), m_text(text), m_separator(separator) {
    for (const char c : {separator, '\n', '\r', '\0'})
        m_isStop[static_cast<unsigned char>(c)] = true;
}

Error CellReader::error(std::string code, std::string why, int64_t line, std::string next) const {
    Error found{std::move(code),
                fmt::format("{}: {}", m_title, why),
                {},
                "Nothing was imported.",
                std::move(next)};
    found.place.line = static_cast<int>(line);
    return found;
}

Result<bool> CellReader::next() {
    while (m_at < m_text.size() && (m_text[m_at] == '\n' || m_text[m_at] == '\r')) {
        m_line += m_text[m_at] == '\n' || (m_at + 1 == m_text.size() || m_text[m_at + 1] != '\n');
        ++m_at;
    }
    m_cells.clear();
    m_unquotedUsed = 0;
    m_firstLine = m_line;
    if (m_at == m_text.size()) return false;
    const size_t begin = m_at;
    for (;;) {
        VITRINE_TRY(m_at < m_text.size() && m_text[m_at] == '"' ? readQuoted() : readPlain());
        if (m_cells.size() > mostCells)
            return error("V09",
                         fmt::format("line {} has more than {} cells", m_firstLine,
                                     fmt::group_digits(mostCells)),
                         m_firstLine, "Check the separator, or transpose the table.");
        if (m_at - begin > longestRow)
            return error(
                "V08", fmt::format("line {} is longer than {}", m_firstLine, sizeText(longestRow)),
                m_firstLine, "Check that it is a table with one example in each line.");
        if (m_at == m_text.size() || m_text[m_at] != m_separator) return true;
        ++m_at;
    }
}

Result<void> CellReader::readPlain() {
    const size_t begin = m_at, most = std::min(m_text.size(), begin + longestRow + 1);
    size_t end = begin;
    while (end < most && !m_isStop[static_cast<unsigned char>(m_text[end])]) ++end;
    m_at = end;
    if (end < m_text.size() && m_text[end] == '\0')
        return error("V11", fmt::format("line {} has a NUL byte, which no text has", m_line),
                     m_line, "Save the table anew as text in UTF-8.");
    if (end - begin > longestRow)
        return error("V08", fmt::format("line {} is longer than {}", m_line, sizeText(longestRow)),
                     m_line, "Check that it is a table with one example in each line.");
    m_cells.push_back(m_text.substr(begin, end - begin));
    return {};
}

Result<void> CellReader::readQuoted() {
    const int64_t line = m_line;
    const size_t begin = ++m_at;
    bool isDoubled = false;
    for (;; ++m_at) {
        if (m_at == m_text.size() || m_at - begin > longestRow)
            return error("V06", fmt::format("line {} has a quote that is never closed", line), line,
                         "Close the quote, or double quotes that stand inside of cells.");
        const char c = m_text[m_at];
        m_line += c == '\n';
        if (c == '\0')
            return error("V11", fmt::format("line {} has a NUL byte, which no text has", m_line),
                         m_line, "Save the table anew as text in UTF-8.");
        if (c != '"') continue;
        if (m_at + 1 == m_text.size() || m_text[m_at + 1] != '"') break;
        isDoubled = true;
        ++m_at;
    }
    std::string_view cell = m_text.substr(begin, m_at - begin);
    ++m_at;
    if (m_at < m_text.size() && m_text[m_at] != m_separator && m_text[m_at] != '\n' &&
        m_text[m_at] != '\r')
        return error("V06",
                     fmt::format("line {} has text behind a closing quote: {}", m_line,
                                 printable(m_text.substr(m_at, 10), 20)),
                     m_line, "Double quotes that stand inside of cells.");
    if (isDoubled) {
        if (m_unquotedUsed == m_unquoted.size()) m_unquoted.emplace_back();
        std::string& plain = m_unquoted[m_unquotedUsed++];
        plain.clear();
        for (size_t i = 0; i < cell.size(); ++i) {
            plain += cell[i];
            i += cell[i] == '"';
        }
        cell = plain;
    }
    m_cells.push_back(cell);
    return {};
}

}  // namespace vitrine
