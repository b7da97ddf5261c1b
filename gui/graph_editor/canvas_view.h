// SPDX-License-Identifier: GPL-3.0-or-later
// CanvasView: the window onto the scene. Zooms about the pointer, pans, paints the grid, and turns
// mouse and keys into gestures. What a gesture does to the graph is in graph_commands.
#pragma once

#include <QGraphicsView>
#include <QTimer>

#include <memory>

#include "gui/graph_editor/gesture.h"
#include "gui/graph_editor/graph_scene.h"

namespace vitrine::gui {

class CanvasView : public QGraphicsView {
    Q_OBJECT
  public:
    /// By hand; all of a larger network may be shown smaller.
    static constexpr double smallestZoom = 0.05, largestZoom = 4;
    /// Of a drag from the palette; the data are the operator's id.
    static constexpr const char* operatorMime = "application/x-vitrine-operator";

    explicit CanvasView(const CanvasTools& tools, QWidget* parent = nullptr);
    ~CanvasView() override;

    const CanvasTools& tools() const { return m_tools; }
    double zoom() const { return transform().m11(); }
    /// The point of the scene under `anchor` (in the viewport) stays there.
    void zoomAbout(const QPointF& anchor, double zoom);
    void zoomAboutMiddle(double zoom);
    void panBy(const QPoint& pixels);
    /// Shows a rectangle of the scene, at most at 100 %.
    void fitRect(const QRectF& rect);
    /// The same, but where that would be too small to read: the upper end of it.
    void showStart(const QRectF& rect);
    /// Everything; a larger window shows it larger until somebody looks elsewhere.
    void fitAll();
    /// What fitRect() fills, in canvas units at 100 %.
    QSizeF room() const;
    /// Of all zooms: `smallestZoom`, or what shows everything.
    double lowestZoom() const;
    void reveal(const QRectF& rect);
    QPointF middle() const;
    /// Where the pointer is, or the middle where it is elsewhere.
    Pointer pointerOrMiddle() const;
    bool isInGesture() const { return m_gesture != nullptr; }

    void setHint(const QString& text);
    /// Shows what did not work.
    void tell(const Result<void>& result);
    /// Opens the search for a new node; `end`: what it will be wired to.
    void askForNode(const Pointer& at, const std::optional<PortEnd>& end);

  Q_SIGNALS:
    void zoomChanged(double zoom);
    void hint(const QString& text);
    void nodeWanted(const vitrine::gui::Pointer& at, const std::optional<PortEnd>& end);
    void menuWanted(const vitrine::gui::Pointer& at, const QPoint& globalPos);
    /// Space was pressed and let go of without dragging: it belongs to the window.
    void spaceTapped();

  protected:
    bool event(QEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void wheelEvent(QWheelEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    /// What the view was last asked to show, and goes on showing when its size changes.
    enum class Following { Nothing, All, Start };
    Pointer pointerAt(const QPoint& viewport, Qt::KeyboardModifiers modifiers) const;
    /// The node or edge that keys act on, brought into sight; else the pointer or the middle.
    Pointer keyboardPlace();
    void begin(std::unique_ptr<Gesture> gesture);
    void beginLeft(const Pointer& pointer);
    void beginAtPort(const PortHit& port);
    void finishGesture(const Pointer& pointer);
    void cancelGesture();
    void hover(const Pointer& pointer);
    void scrollAtBorder();
    QPoint withinReach(QPoint by) const;
    /// At which a rectangle fills the view.
    double zoomFor(const QRectF& rect) const;
    /// The edge that a dragged operator would be put into.
    EdgeItem* edgeForDrop(const Pointer& pointer) const;

    CanvasTools m_tools;
    std::unique_ptr<Gesture> m_gesture;
    Pointer m_pointer;
    QTimer m_borderTimer;
    QString m_hint;
    Following m_following = Following::Nothing;
    QRectF m_framed;  ///< what was brought into sight so
    bool m_spaceIsDown = false, m_spaceWasUsed = false;
};

}  // namespace vitrine::gui
