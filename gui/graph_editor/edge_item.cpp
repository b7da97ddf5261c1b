// SPDX-License-Identifier: GPL-3.0-or-later
// Curves and their labels.
#include "gui/graph_editor/edge_item.h"

#include <QPainter>
#include <QPainterPathStroker>
#include <QStyleOptionGraphicsItem>

#include <algorithm>
#include <cmath>

#include "gui/graph_editor/canvas_style.h"

namespace vitrine::gui {

namespace {

constexpr double smoothZoom = 0.4;  ///< below it curves are drawn the quick way
constexpr double labelGap = 8, labelHeight = 14;

double distance(const QPointF& p, const QPointF& a, const QPointF& b) {
    const QPointF ab = b - a;
    const double length = QPointF::dotProduct(ab, ab);
    const double t =
        length > 0 ? std::clamp(QPointF::dotProduct(p - a, ab) / length, 0.0, 1.0) : 0.0;
    const QPointF gap = p - (a + t * ab);
    return std::hypot(gap.x(), gap.y());
}

}  // namespace

EdgeItem::EdgeItem(CanvasStyle& style, Edge edge) : m_style(style), m_edge(std::move(edge)) {}

void EdgeItem::setRoute(const EdgeRoute& route) {
    if (route == m_route && !m_path.isEmpty()) return;
    prepareGeometryChange();
    m_route = route;
    m_path = pathOf(route);
    m_line = lineOf(route);
    const qsizetype middle = m_line.size() / 2;
    m_labelPoint =
        m_line.size() % 2 == 1 ? m_line[middle] : (m_line[middle - 1] + m_line[middle]) / 2;
    updateBounds();
}

void EdgeItem::setShapeText(const QString& text, bool isLabelled) {
    isLabelled = isLabelled && !text.isEmpty();
    if (text == m_shapeText && isLabelled == m_isLabelled) return;
    prepareGeometryChange();
    m_shapeText = text;
    m_isLabelled = isLabelled;
    updateBounds();
    update();
}

void EdgeItem::setHighlighted(bool on) {
    if (on == m_isHighlighted) return;
    m_isHighlighted = on;
    setZValue(on ? 0.5 : 0);
    update();
}

void EdgeItem::updateBounds() {
    m_bounds = m_line.boundingRect().adjusted(-4, -4, 4, 4);
    if (!m_isLabelled) return;
    const double width = m_style.shapeWidth(m_shapeText);
    m_bounds |= QRectF(m_labelPoint.x(), m_labelPoint.y() - labelHeight / 2, labelGap + width + 4,
                       labelHeight);
}

QString EdgeItem::description() const {
    const QString ends = QStringLiteral("%1 → %2").arg(QString::fromStdString(m_edge.from.text()),
                                                       QString::fromStdString(m_edge.to.text()));
    return m_shapeText.isEmpty() ? ends : ends + QStringLiteral(", ") + m_shapeText;
}

double EdgeItem::distanceTo(const QPointF& point) const {
    double nearest = 1e18;
    for (qsizetype i = 0; i + 1 < m_line.size(); ++i)
        nearest = std::min(nearest, distance(point, m_line[i], m_line[i + 1]));
    return nearest;
}

QPainterPath EdgeItem::shape() const {
    QPainterPathStroker stroker;
    stroker.setWidth(10);
    return stroker.createStroke(m_path);
}

void EdgeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    const double zoom =
        QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
    const QColor colour = m_isHighlighted ? m_style.tokens().accent : m_style.edge();
    painter->setBrush(Qt::NoBrush);
    if (zoom < smoothZoom && !m_isHighlighted) {
        // Cosmetic and not smoothed: the fast path of the raster engine.
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setPen(QPen(colour, 0));
        painter->drawPolyline(m_line);
        return;
    }
    painter->setRenderHint(QPainter::Antialiasing);
    const double width = std::max(m_isHighlighted ? 2.5 : 1.5, 1 / zoom);
    painter->setPen(QPen(colour, width, Qt::SolidLine, Qt::FlatCap));
    if (m_route.from.x() == m_route.to.x() && !m_route.bends)
        painter->drawLine(m_route.from, m_route.to);
    else
        painter->drawPath(m_path);
    if (m_isLabelled && zoom >= detailZoom) paintLabel(*painter);
}

void EdgeItem::paintLabel(QPainter& painter) {
    // Other edges may pass here.
    const QRectF behind(m_labelPoint.x() + labelGap - 2, m_labelPoint.y() - labelHeight / 2,
                        m_style.shapeWidth(m_shapeText) + 4, labelHeight);
    painter.fillRect(behind, m_style.tokens().window);
    painter.setFont(m_style.shapeFont());
    painter.setPen(m_style.tokens().quiet);
    painter.drawText(
        QRectF(m_labelPoint.x() + labelGap, m_labelPoint.y() - labelHeight / 2, 400, labelHeight),
        Qt::AlignLeft | Qt::AlignVCenter, m_shapeText);
}

}  // namespace vitrine::gui
