// SPDX-License-Identifier: GPL-3.0-or-later
// Minimap: the whole network in a corner of the canvas, and where in it one is.
#pragma once

#include <QPixmap>
#include <QWidget>

namespace vitrine::gui {

class CanvasView;

/// Window thread. Shows itself while some of the network is out of sight. Pressing and dragging
/// takes the canvas there.
class Minimap : public QWidget {
    Q_OBJECT
  public:
    /// Lies over `view`, in its lower right corner, or another where it would hide what is
    /// selected.
    explicit Minimap(CanvasView& view);

    /// The place of the scene under a pixel of this widget, and the reverse.
    QPointF sceneAt(const QPointF& pixel) const;
    QPointF pixelAt(const QPointF& scene) const;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void redraw();
    void drawNodes();
    void place();
    void moveAside();
    void follow();
    void goTo(const QPointF& pixel);
    QRectF seen() const;

    CanvasView& m_view;
    QPixmap m_nodes;  ///< what does not change with the view
    QRectF m_content;
    double m_scale = 1;
    QPointF m_origin;  ///< of the content in the widget
    bool m_hasRoom = false, m_isPressed = false;
};

}  // namespace vitrine::gui
