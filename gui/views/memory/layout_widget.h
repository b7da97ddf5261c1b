// SPDX-License-Identifier: GPL-3.0-or-later
// LayoutWidget: a tensor's memory cell by cell, one cache line a row. Only what is in sight is
// computed.
#pragma once

#include <QAbstractScrollArea>

#include "gui/models/physical_layout.h"

namespace vitrine::gui {

class Theme;

/// Window thread. The wheel scrolls, with Ctrl it zooms; the pointer lights up everything of the
/// same channel or image.
class LayoutWidget : public QAbstractScrollArea {
    Q_OBJECT
  public:
    explicit LayoutWidget(Theme& theme, QWidget* parent = nullptr);

    void setLayoutOf(const PhysicalLayout& layout);
    const PhysicalLayout& physicalLayout() const { return m_layout; }
    /// Cells are coloured by their index on this axis: 0 = image, 1 = channel.
    void setColourAxis(int axis);
    int cellSize() const { return m_size; }
    void setCellSize(int pixels);
    /// Place in memory at a point of the viewport, or −1.
    int64_t placeAt(const QPoint& point) const;
    /// Rectangle of a place in the viewport, in sight or not.
    QRect rectOf(int64_t place) const;
    /// What is told of a place: `byte 1,024 · n 3, c 0, y 2, x 5`.
    QString tipOf(int64_t place) const;

  Q_SIGNALS:
    void hovered(const QString& text);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    bool viewportEvent(QEvent* event) override;

  private:
    void updateScrollBars();
    void hover(int64_t place);
    int cellHeight() const;
    int lineWidth() const;
    int linesAcross() const;
    void paintLine(QPainter& painter, int64_t line, const QPoint& at) const;
    void paintCell(QPainter& painter, const MemoryCell& cell, const QRect& rect) const;
    QString labelOf(const MemoryCell& cell, int width) const;
    bool isLit(const MemoryCell& cell) const;

    Theme& m_theme;
    PhysicalLayout m_layout;
    int m_axis = 1, m_size = 28;
    int64_t m_hovered = -1;
};

}  // namespace vitrine::gui
