// SPDX-License-Identifier: GPL-3.0-or-later
// ArenaWidget: the arena map to look at, zoom, and click.
#pragma once

#include <QPixmap>
#include <QWidget>

#include <vector>

#include "gui/models/arena_map.h"
#include "gui/views/memory/arena_painter.h"

namespace vitrine::gui {

/// Window thread. Wheel: zooms both axes, with Ctrl only time, with Shift only addresses. Dragging
/// pans, a double click on the ground fits. The picture is drawn once and kept.
class ArenaWidget : public QWidget {
    Q_OBJECT
  public:
    explicit ArenaWidget(Theme& theme, QWidget* parent = nullptr);

    void setMap(ArenaMap map);
    const ArenaMap& map() const { return m_map; }
    void setColour(ArenaColour colour);
    /// −1: none.
    void setCurrentEntry(int entry);
    /// Blocks to be outlined while all others are dimmed.
    void setMarked(std::vector<int> blocks);
    const ArenaViewport& viewport() const { return m_view; }
    void fit();
    /// Block at a point of the widget, or −1.
    int blockAt(const QPointF& point) const;
    /// What the tool tip says there.
    QString tipAt(const QPointF& point) const;
    QSize minimumSizeHint() const override { return {240, 140}; }

  Q_SIGNALS:
    /// By a person; noValue: the ground.
    void valueChosen(vitrine::ValueId value);
    void valueOpened(vitrine::ValueId value);
    /// The entry under the pointer; −1 when it has left.
    void entryHovered(int entry);

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    void redraw();
    void placeRoom();
    ArenaScene scene() const;
    void drawPicture();
    void drawCursor(QPainter& painter) const;

    Theme& m_theme;
    ArenaMap m_map;
    ArenaViewport m_view;
    QRectF m_states;
    ArenaColour m_colour = ArenaColour::Category;
    std::vector<int> m_marked;
    QPixmap m_picture;
    int m_current = -1, m_hovered = -1;
    QPointF m_pressed, m_last;
    bool m_isPanning = false;
};

}  // namespace vitrine::gui
