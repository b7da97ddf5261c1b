// SPDX-License-Identifier: Apache-2.0
// Row by row; what is wrong is named by line and column.
#include "core/data/tables/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/data/tables/cell_number.h"
#include "core/data/tables/cell_reader.h"

namespace vitrine {

namespace {

class TableWalk {
  public:
    TableWalk(std::string_view title, std::string_view text, const TableStyle& style,
              const TableRoles& roles, const TableOptions& options)
        : m_title(title),
          m_size(text.size()),
          m_style(style),
          m_roles(roles),
          m_options(options),
          m_reader(title, text.substr(style.begin), style.separator) {}

    Result<TableContent> read() {
        if (m_style.hasHeader) VITRINE_TRY(m_reader.next());
        for (;;) {
            const auto more = m_reader.next();
            if (!more) return more.error();
            if (!*more) return std::move(m_content);
            if ((m_content.rows + m_content.skipped) % 1024 == 0) {
                if (m_options.stop.stop_requested()) return stoppedError();
                if (m_options.progress)
                    m_options.progress(static_cast<double>(m_reader.place()) /
                                       static_cast<double>(m_size));
            }
            VITRINE_TRY(addRow());
        }
    }

  private:
    Error rowError(std::string code, std::string why, std::string next) const {
        Error error{std::move(code),
                    fmt::format("{}: line {} {}", m_title, m_reader.line(), why),
                    {},
                    "Nothing was imported.",
                    std::move(next)};
        error.place.line = static_cast<int>(m_reader.line());
        return error;
    }

    /// A cell that holds no number, though its column should.
    Error cellError(size_t column, CellKind kind) const {
        const std::string_view cell = m_reader.cells()[column];
        const std::string name = printable(m_style.names[column], 60);
        if (kind == CellKind::Empty)
            return rowError("V03", fmt::format("has an empty cell in column '{}'", name),
                            "Fill it, or choose to leave such rows out.");
        if (kind == CellKind::NoNumber)
            return rowError("V04",
                            fmt::format("has '{}' in column '{}', which is no finite number",
                                        printable(cell, 40), name),
                            "Correct it, or choose to leave such rows out.");
        return rowError(
            "V02",
            fmt::format("has '{}' in column '{}', where numbers stand", printable(cell, 40), name),
            "Correct it, leave the column out, or choose what stands before fractions.");
    }

    bool isHeaderAgain() const {
        return m_style.hasHeader &&
               std::ranges::equal(m_reader.cells(), m_style.names, {},
                                  [](std::string_view cell) { return withoutBlanks(cell); });
    }

    Result<void> addRow() {
        if (m_reader.cells().size() != m_style.columns())
            return rowError("V01",
                            fmt::format("has {}, the first line has {}",
                                        countOf(m_reader.cells().size(), "cell"),
                                        fmt::group_digits(m_style.columns())),
                            "Correct the line, or choose what stands between cells.");
        const size_t inputs = m_content.inputs.size(), targets = m_content.targets.size();
        const auto added = addCells();
        if (added) {
            ++m_content.rows;
            return {};
        }
        if (isHeaderAgain())
            return rowError("V12", "repeats the names of the columns",
                            "Take the line away: several tables may have been joined.");
        const bool isSkipped =
            m_options.skipsBadRows && (added.error().code == "V03" || added.error().code == "V04");
        if (!isSkipped) return added.error();
        m_content.inputs.resize(inputs);
        m_content.targets.resize(targets);
        if (m_content.skipped++ == 0) m_content.firstSkipped = added.error();
        return {};
    }

    Result<void> addCells() {
        for (const size_t column : m_roles.inputs) {
            const CellNumber cell = numberIn(m_reader.cells()[column], m_style.decimal);
            if (cell.kind != CellKind::Number) return cellError(column, cell.kind);
            m_content.inputs.add(cell.value);
        }
        for (const size_t column : m_roles.targets) {
            if (m_options.targetsAreText) {
                VITRINE_TRY(addWord(column));
                continue;
            }
            const CellNumber cell = numberIn(m_reader.cells()[column], m_style.decimal);
            if (cell.kind != CellKind::Number) return cellError(column, cell.kind);
            m_content.targets.push_back(cell.value);
        }
        return {};
    }

    Result<void> addWord(size_t column) {
        const std::string word(withoutBlanks(m_reader.cells()[column]));
        if (word.empty()) return cellError(column, CellKind::Empty);
        const auto [found, isNew] = m_words.try_emplace(word, m_content.words.size());
        if (isNew) m_content.words.push_back(word);
        if (m_content.words.size() > mostTableClasses)
            return rowError("V10",
                            fmt::format("brings more than {} classes in column '{}'",
                                        fmt::group_digits(mostTableClasses),
                                        printable(m_style.names[column], 60)),
                            "Choose another label, or numbers as its kind.");
        m_content.targets.push_back(static_cast<double>(found->second));
        return {};
    }

    const std::string_view m_title;
    const size_t m_size;
    const TableStyle& m_style;
    const TableRoles& m_roles;
    const TableOptions& m_options;
    CellReader m_reader;
    TableContent m_content;
    std::unordered_map<std::string, size_t> m_words;
};

}  // namespace

Result<TableContent> readTable(std::string_view title, std::string_view text,
                               const TableStyle& style, const TableRoles& roles,
                               const TableOptions& options) {
    return TableWalk(title, text, style, roles, options).read();
}

}  // namespace vitrine
