// SPDX-License-Identifier: GPL-3.0-or-later
// DrawCanvas: where one draws what the network is to recognise.
#pragma once

#include <QWidget>

#include "gui/models/drawing.h"

namespace vitrine::gui {

class Theme;

/// Window thread. Left button draws, right button (or any with setErasing) erases.
class DrawCanvas : public QWidget {
    Q_OBJECT
  public:
    explicit DrawCanvas(Theme& theme, QWidget* parent = nullptr);

    /// Another size begins blank.
    void setExtent(const ImageExtent& extent);
    const Drawing& drawing() const { return m_drawing; }
    void setPixels(std::vector<float> pixels);
    void clear();
    void setErasing(bool erasing) { m_isErasing = erasing; }
    void setInk(const Ink& ink) { m_ink = ink; }
    /// In pixels of the image.
    void setRadius(double radius);
    double radius() const { return m_radius; }

    QSize sizeHint() const override { return {196, 196}; }
    QSize minimumSizeHint() const override { return {112, 112}; }

  Q_SIGNALS:
    /// The picture is another.
    void changed();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    QRectF area() const;
    QPointF toImage(QPointF position) const;
    Theme& m_theme;
    Drawing m_drawing;
    Ink m_ink = whiteInk;
    double m_radius = 1.4;
    bool m_isErasing = false;
    QPointF m_pointer;
    bool m_hasPointer = false;
};

}  // namespace vitrine::gui
