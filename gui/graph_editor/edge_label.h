// SPDX-License-Identifier: GPL-3.0-or-later
// EdgeLabel: the shape that flows along an edge, in words beside it. Its own item, so that it lies
// above every edge and no wire that passes strikes it through.
#pragma once

#include <QGraphicsItem>

#include <functional>

#include "gui/graph_editor/text_line.h"

namespace vitrine::gui {

class CanvasStyle;

/// Its words are asked for when they are to be seen: an edit that changes the shapes of a thousand
/// edges waits for none of them. In no scene while the edge has no label.
class EdgeLabel : public QGraphicsItem {
  public:
    enum { Type = UserType + 3 };
    static constexpr double height = 14;

    using Words = std::function<QString()>;
    EdgeLabel(CanvasStyle& style, Words words);

    /// The words may be others now.
    void changed();
    /// Lays them out ahead of the first time that they are painted; false: they are.
    bool prepareWords();
    /// Where they stand; null where there are none.
    QRectF wordsRect();
    /// Fonts or colours have changed.
    void restyle();

    int type() const override { return Type; }
    QRectF boundingRect() const override { return {0, 0, m_room, height}; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  private:
    const TextLine& line();
    void measure();

    CanvasStyle& m_style;
    Words m_words;
    TextLine m_line;
    bool m_isMade = false;
    double m_room = 0;  ///< for the longest words that are shown whole
};

}  // namespace vitrine::gui
