// SPDX-License-Identifier: GPL-3.0-or-later
// CanvasView: the window onto the scene. Zooms about the pointer, pans, paints the grid.
#pragma once

#include <QGraphicsView>

#include <memory>

#include "gui/graph_editor/graph_scene.h"

namespace vitrine::gui {

class CanvasView : public QGraphicsView {
    Q_OBJECT
  public:
    static constexpr double smallestZoom = 0.05, largestZoom = 4;

    CanvasView(GraphScene& scene, CanvasStyle& style, QWidget* parent = nullptr);
    ~CanvasView() override;

    double zoom() const { return transform().m11(); }
    /// The point of the scene under `anchor` (in the viewport) stays there.
    void zoomAbout(const QPointF& anchor, double zoom);
    void zoomAboutMiddle(double zoom);
    /// Shows a rectangle of the scene, at most at 100 %.
    void fitRect(const QRectF& rect);
    void fitAll() { fitRect(m_scene.contentRect()); }
    void reveal(const QRectF& rect);
    QPointF middle() const;

  Q_SIGNALS:
    void zoomChanged(double zoom);

  protected:
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void wheelEvent(QWheelEvent* event) override;

  private:
    GraphScene& m_scene;
    CanvasStyle& m_style;
};

}  // namespace vitrine::gui
