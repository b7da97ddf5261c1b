// SPDX-License-Identifier: GPL-3.0-or-later
// The edge that is being drawn, and the words at the pointer.
#pragma once

#include <QGraphicsItem>

#include "gui/graph_editor/edge_route.h"

namespace vitrine::gui {

class CanvasStyle;

enum class WireState : uint8_t { Open, Fits, Refused };

class WireItem : public QGraphicsItem {
  public:
    explicit WireItem(CanvasStyle& style);
    void setEnds(const QPointF& from, const QPointF& to, WireState state);
    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  private:
    CanvasStyle& m_style;
    EdgeRoute m_route;
    WireState m_state = WireState::Open;
};

/// Like a tool tip: the same size at every zoom.
class CursorLabel : public QGraphicsItem {
  public:
    explicit CursorLabel(CanvasStyle& style);
    /// An empty text hides it. `isGood`: a shape; else a reason. `room`: what can be seen, in
    /// pixels from the place.
    void say(const QPointF& place, const QString& text, bool isGood, const QRectF& room);
    const QString& text() const { return m_text; }
    QRectF boundingRect() const override { return m_rect; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  private:
    CanvasStyle& m_style;
    QString m_text;
    QRectF m_rect;
    bool m_isGood = true;
};

}  // namespace vitrine::gui
