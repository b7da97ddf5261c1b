// SPDX-License-Identifier: GPL-3.0-or-later
// EdgeItem: a curve from an output to an input with the shape that flows along it. Whoever deletes
// a scene deletes its edges first: their labels are parts of them.
#pragma once

#include <QGraphicsItem>

#include "core/graph/graph.h"
#include "gui/graph_editor/edge_label.h"
#include "gui/graph_editor/edge_route.h"

namespace vitrine::gui {

class CanvasStyle;
class NodeItem;

class EdgeItem : public QGraphicsItem {
  public:
    enum { Type = UserType + 2 };
    /// What the edge carries, `N × 6 × 28 × 28`; empty: not known. Asked for when it is to be seen.
    using ShapeText = std::function<QString()>;
    EdgeItem(CanvasStyle& style, Edge edge, ShapeText shape);

    const Edge& edge() const { return m_edge; }
    const EdgeRoute& route() const { return m_route; }
    void setRoute(const EdgeRoute& route);
    /// Whether the shape stands beside the edge.
    void setLabelled(bool on);
    /// The shape may be another one now.
    void shapeChanged() { m_label.changed(); }
    /// The items at its ends, which outlive it.
    void setEnds(const NodeItem& from, const NodeItem& to) { m_from = &from, m_to = &to; }
    const NodeItem* fromNode() const { return m_from; }
    const NodeItem* toNode() const { return m_to; }
    /// Stands out: selected, under the pointer, or where a node would be inserted.
    void setHighlighted(bool on);
    bool isHighlighted() const { return m_isHighlighted; }
    /// `conv1.y → relu1.x, N × 6 × 28 × 28`
    QString description() const;
    /// Lays out the label ahead of the first time that it is painted; false: it is.
    bool prepareWords() { return m_label.scene() && m_label.prepareWords(); }
    /// Fonts or colours have changed.
    void restyle();
    /// Half way along it.
    QPointF middle() const { return m_middle; }
    double distanceTo(const QPointF& point) const;

    int type() const override { return Type; }
    QRectF boundingRect() const override { return m_bounds; }
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  protected:
    QVariant itemChange(GraphicsItemChange change, const QVariant& value) override;

  private:
    void paintParts(QPainter& painter, double width, const QColor& colour) const;
    void placeLabel();

    CanvasStyle& m_style;
    Edge m_edge;
    EdgeRoute m_route;
    RouteParts m_parts;
    QPolygonF m_line;  ///< the route as a few straight pieces, for distances
    ShapeText m_shape;
    bool m_isLabelled = false;
    const NodeItem *m_from = nullptr, *m_to = nullptr;
    EdgeLabel m_label;  ///< in the edge's scene while the edge is labelled
    QPointF m_middle;
    QRectF m_bounds;
    bool m_isHighlighted = false;
};

}  // namespace vitrine::gui
