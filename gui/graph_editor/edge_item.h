// SPDX-License-Identifier: GPL-3.0-or-later
// EdgeItem: a curve from an output to an input with the shape that flows along it.
#pragma once

#include <QGraphicsItem>

#include "core/graph/graph.h"
#include "gui/graph_editor/edge_route.h"
#include "gui/graph_editor/text_line.h"

namespace vitrine::gui {

class CanvasStyle;

class EdgeItem : public QGraphicsItem {
  public:
    enum { Type = UserType + 2 };
    EdgeItem(CanvasStyle& style, Edge edge);

    const Edge& edge() const { return m_edge; }
    const EdgeRoute& route() const { return m_route; }
    void setRoute(const EdgeRoute& route);
    /// What the edge carries, `N × 6 × 28 × 28`; empty: not known. `isLabelled`: also beside it.
    void setShapeText(const QString& text, bool isLabelled);
    /// Stands out: selected, under the pointer, or where a node would be inserted.
    void setHighlighted(bool on);
    bool isHighlighted() const { return m_isHighlighted; }
    /// `conv1.y → relu1.x, N × 6 × 28 × 28`
    QString description() const;
    /// Lays out the label ahead of the first time that it is painted; false: it is.
    bool prepareWords();
    /// Fonts or colours have changed.
    void restyle();
    /// Half way along it.
    QPointF middle() const { return m_middle; }
    double distanceTo(const QPointF& point) const;

    int type() const override { return Type; }
    QRectF boundingRect() const override { return m_bounds; }
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  private:
    void paintParts(QPainter& painter, double width, const QColor& colour) const;
    void paintLabel(QPainter& painter);
    const TextLine& label();
    QRectF labelRect() const;
    void updateBounds();

    CanvasStyle& m_style;
    Edge m_edge;
    EdgeRoute m_route;
    RouteParts m_parts;
    QPolygonF m_line;  ///< the route as a few straight pieces, for distances
    QString m_shapeText;
    bool m_isLabelled = false, m_labelIsMade = false;
    TextLine m_label;
    QPointF m_middle;
    QRectF m_bounds;
    bool m_isHighlighted = false;
};

}  // namespace vitrine::gui
