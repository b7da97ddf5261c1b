// SPDX-License-Identifier: GPL-3.0-or-later
// EdgeItem: a curve from an output to an input with the shape that flows along it.
#pragma once

#include <QGraphicsItem>
#include <QPainterPath>

#include "core/graph/graph.h"
#include "gui/graph_editor/edge_route.h"

namespace vitrine::gui {

class CanvasStyle;

class EdgeItem : public QGraphicsItem {
  public:
    enum { Type = UserType + 2 };
    EdgeItem(CanvasStyle& style, Edge edge);

    const Edge& edge() const { return m_edge; }
    const EdgeRoute& route() const { return m_route; }
    void setRoute(const EdgeRoute& route);
    /// `N × 6 × 28 × 28`; empty: not known.
    /// What the edge carries; `isLabelled`: also in words beside it.
    void setShapeText(const QString& text, bool isLabelled);
    /// Stands out: selected, under the pointer, or where a node would be inserted.
    void setHighlighted(bool on);
    bool isHighlighted() const { return m_isHighlighted; }
    /// `conv1.y → relu1.x, N × 6 × 28 × 28`
    QString description() const;
    double distanceTo(const QPointF& point) const;

    int type() const override { return Type; }
    QRectF boundingRect() const override { return m_bounds; }
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  private:
    void paintLabel(QPainter& painter);
    void updateBounds();

    CanvasStyle& m_style;
    Edge m_edge;
    EdgeRoute m_route;
    QPainterPath m_path;
    QPolygonF m_line;  ///< the path as a few straight pieces, for small zooms and distances
    QString m_shapeText;
    bool m_isLabelled = false;
    QPointF m_labelPoint;
    QRectF m_bounds;
    bool m_isHighlighted = false;
};

}  // namespace vitrine::gui
