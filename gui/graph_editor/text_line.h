// SPDX-License-Identifier: GPL-3.0-or-later
// TextLine: one line of text as glyphs with their places. It is laid out once and painted at any
// zoom, where QStaticText would be laid out anew at each.
#pragma once

#include <QGlyphRun>
#include <QList>
#include <QPainter>

#include <limits>
#include <vector>

namespace vitrine::gui {

class TextLine {
  public:
    TextLine() = default;
    /// Cut, with an ellipsis, to `width` canvas units; in the middle where the end of a text is
    /// what tells it from others.
    TextLine(const QString& text, const QFont& font,
             double width = std::numeric_limits<double>::infinity(),
             Qt::TextElideMode cut = Qt::ElideRight);
    /// The lines that a text fills at a width, at most so many: what has no room is cut off the
    /// last one, with an ellipsis.
    static std::vector<TextLine> wrapped(const QString& text, const QFont& font, double width,
                                         int most);
    /// In the painter's pen; `at`: the line's upper left corner.
    void draw(QPainter& painter, const QPointF& at) const;
    /// From the top of the tallest letters to the foot of the lowest.
    double height() const { return m_height; }
    double width() const { return m_width; }

  private:
    QList<QGlyphRun> m_glyphs;  ///< more than one where a font lacks letters
    double m_height = 0, m_width = 0;
};

}  // namespace vitrine::gui
