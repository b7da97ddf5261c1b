// SPDX-License-Identifier: GPL-3.0-or-later
// Formats are changed block by block and table by table.
#include "gui/shell/help_style.h"

#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextFrame>
#include <QTextTable>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr double lineHeightPercent = 130;

/// A paragraph of text, or a picture that stands alone.
void stylePlainBlock(const QTextBlock& block) {
    const bool isPicture =
        block.length() == 2 && block.text() == QChar(QChar::ObjectReplacementCharacter);
    QTextBlockFormat format;
    if (!isPicture) format.setLineHeight(lineHeightPercent, QTextBlockFormat::ProportionalHeight);
    format.setTopMargin(isPicture ? space : 0);
    format.setBottomMargin((isPicture ? 5 : 3) * space);
    QTextCursor(block).mergeBlockFormat(format);
}

void styleCode(const QTextBlock& block, const Theme& theme) {
    std::vector<std::pair<int, int>> places;
    for (auto part = block.begin(); !part.atEnd(); ++part)
        if (part.fragment().charFormat().fontFixedPitch())
            places.emplace_back(part.fragment().position(), part.fragment().length());
    QTextCharFormat format;
    format.setFontFamilies(theme.mono().families());
    for (const auto& [position, length] : places) {
        QTextCursor cursor(block);
        cursor.setPosition(position);
        cursor.setPosition(position + length, QTextCursor::KeepAnchor);
        cursor.mergeCharFormat(format);
    }
}

void styleCell(QTextTableCell cell, bool isHead, const Theme& theme) {
    QTextTableCellFormat format = cell.format().toTableCellFormat();
    format.setBottomBorder(1);
    format.setBottomBorderStyle(QTextFrameFormat::BorderStyle_Solid);
    format.setBottomBorderBrush(theme.tokens().line);
    format.setPadding(space);
    format.setLeftPadding(0);
    format.setRightPadding(3 * space);
    cell.setFormat(format);
    if (!isHead) return;
    QTextCharFormat quiet;
    quiet.setForeground(theme.tokens().quiet);
    QTextCursor cursor = cell.firstCursorPosition();
    cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor::KeepAnchor);
    cursor.mergeCharFormat(quiet);
}

void styleTable(QTextTable& table, const Theme& theme) {
    QTextTableFormat format = table.format();
    format.setBorder(0);
    format.setBorderCollapse(true);
    format.setCellSpacing(0);
    format.setCellPadding(0);
    format.setTopMargin(space);
    format.setBottomMargin(5 * space);
    table.setFormat(format);
    for (int row = 0; row < table.rows(); ++row)
        for (int column = 0; column < table.columns(); ++column)
            styleCell(table.cellAt(row, column), row == 0, theme);
}

}  // namespace

void stylePage(QTextDocument& page, const Theme& theme) {
    for (QTextFrame* frame : page.rootFrame()->childFrames())
        if (auto* table = qobject_cast<QTextTable*>(frame)) styleTable(*table, theme);
    for (QTextBlock block = page.begin(); block.isValid(); block = block.next()) {
        styleCode(block, theme);
        if (!QTextCursor(block).currentTable()) stylePlainBlock(block);
    }
}

}  // namespace vitrine::gui
