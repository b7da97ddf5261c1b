// SPDX-License-Identifier: GPL-3.0-or-later
// Laid out by Qt's own layout.
#include "gui/graph_editor/text_line.h"

#include <QFontMetricsF>
#include <QTextLayout>

namespace vitrine::gui {

TextLine::TextLine(const QString& text, const QFont& font, double width, Qt::TextElideMode cut) {
    if (text.isEmpty()) return;
    QTextLayout layout(text, font);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    layout.endLayout();
    // Most words fit, so they are measured by laying them out.
    if (line.naturalTextWidth() > width) {
        layout.setText(QFontMetricsF(font).elidedText(text, cut, width));
        layout.beginLayout();
        line = layout.createLine();
        layout.endLayout();
    }
    m_glyphs = line.glyphRuns();
    m_height = line.height();
    m_width = line.naturalTextWidth();
}

std::vector<TextLine> TextLine::wrapped(const QString& text, const QFont& font, double width,
                                        int most) {
    std::vector<TextLine> lines;
    QTextLayout layout(text, font);
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        const bool isLast = static_cast<int>(lines.size()) + 1 == most;
        const QString words =
            isLast ? text.mid(line.textStart()) : text.mid(line.textStart(), line.textLength());
        lines.emplace_back(words.trimmed(), font, width);
        if (isLast) break;
    }
    layout.endLayout();
    return lines;
}

void TextLine::draw(QPainter& painter, const QPointF& at) const {
    for (const QGlyphRun& run : m_glyphs) painter.drawGlyphRun(at, run);
}

}  // namespace vitrine::gui
