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
}

void TextLine::draw(QPainter& painter, const QPointF& at) const {
    for (const QGlyphRun& run : m_glyphs) painter.drawGlyphRun(at, run);
}

}  // namespace vitrine::gui
