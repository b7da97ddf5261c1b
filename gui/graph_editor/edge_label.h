// SPDX-License-Identifier: GPL-3.0-or-later
// EdgeLabel: the shape that flows along an edge, in words beside it. Its own item, so that it lies
// above every edge and no wire that passes strikes it through.
#pragma once

#include <QGraphicsItem>

#include "gui/graph_editor/text_line.h"

namespace vitrine::gui {

class CanvasStyle;

/// In no scene while it has no words.
class EdgeLabel : public QGraphicsItem {
  public:
    enum { Type = UserType + 3 };
    static constexpr double height = 14;

    explicit EdgeLabel(CanvasStyle& style);

    const QString& text() const { return m_text; }
    void setText(const QString& text);
    /// Lays out the words ahead of the first time that they are painted; false: they are.
    bool prepareWords();
    /// Fonts or colours have changed.
    void restyle();

    int type() const override { return Type; }
    QRectF boundingRect() const override { return {0, 0, m_width, height}; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  private:
    const TextLine& words();
    void measure();

    CanvasStyle& m_style;
    QString m_text;
    TextLine m_words;
    bool m_areMade = false;
    double m_width = 0;
};

}  // namespace vitrine::gui
