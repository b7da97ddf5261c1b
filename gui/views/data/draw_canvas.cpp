// SPDX-License-Identifier: GPL-3.0-or-later
// The mouse becomes strokes.
#include "gui/views/data/draw_canvas.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

#include "gui/theme/theme.h"

namespace vitrine::gui {

DrawCanvas::DrawCanvas(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("drawCanvas"));
    setAccessibleName(tr("Canvas to draw on"));
    setMouseTracking(true);
    setCursor(Qt::CrossCursor);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void DrawCanvas::setExtent(const ImageExtent& extent) {
    if (extent == m_drawing.extent()) return;
    m_drawing = Drawing(extent);
    update();
    changed();
}

void DrawCanvas::setPixels(std::vector<float> pixels) {
    m_drawing.setPixels(std::move(pixels));
    update();
    changed();
}

void DrawCanvas::clear() {
    m_drawing.clear();
    update();
    changed();
}

void DrawCanvas::setRadius(double radius) {
    m_radius = radius;
    update();
}

QRectF DrawCanvas::area() const {
    const ImageExtent& extent = m_drawing.extent();
    if (extent.elements() == 0) return {};
    const double scale = std::min(width() / static_cast<double>(extent.width),
                                  height() / static_cast<double>(extent.height));
    const QSizeF size(scale * extent.width, scale * extent.height);
    return {QPointF((width() - size.width()) / 2, (height() - size.height()) / 2), size};
}

QPointF DrawCanvas::toImage(QPointF position) const {
    const QRectF room = area();
    const double scale = room.width() / std::max(1, m_drawing.extent().width);
    return (position - room.topLeft()) / scale;
}

void DrawCanvas::mousePressEvent(QMouseEvent* event) {
    if (m_drawing.extent().elements() == 0) return;
    const bool erases = m_isErasing || event->button() == Qt::RightButton;
    m_drawing.beginStroke(toImage(event->position()), m_radius, erases ? noInk : m_ink);
    update();
    changed();
}

void DrawCanvas::mouseMoveEvent(QMouseEvent* event) {
    m_pointer = event->position();
    m_hasPointer = true;
    update();
    if (event->buttons() == Qt::NoButton || m_drawing.extent().elements() == 0) return;
    m_drawing.strokeTo(toImage(event->position()));
    changed();
}

void DrawCanvas::leaveEvent(QEvent*) {
    m_hasPointer = false;
    update();
}

void DrawCanvas::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QRectF room = area();
    if (room.isEmpty()) return;
    painter.drawImage(room, imageOf(m_drawing.pixels(), m_drawing.extent()));
    painter.setPen(QPen(m_theme.tokens().line, 1));
    painter.drawRect(room.adjusted(0.5, 0.5, -0.5, -0.5));
    if (m_drawing.isBlank() && !m_hasPointer) {
        painter.setPen(Qt::lightGray);
        painter.drawText(room, Qt::AlignCenter | Qt::TextWordWrap, tr("Draw here"));
    }
    if (!m_hasPointer) return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.tokens().accent, 1));
    const double radius = m_radius * room.width() / m_drawing.extent().width;
    painter.drawEllipse(m_pointer, radius, radius);
}

}  // namespace vitrine::gui
