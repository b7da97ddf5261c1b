// SPDX-License-Identifier: GPL-3.0-or-later
// Curves, and where their labels stand.
#include "gui/graph_editor/edge_item.h"

#include <QGraphicsScene>
#include <QPaintDevice>
#include <QPainter>
#include <QPainterPathStroker>

#include <algorithm>
#include <cmath>

#include "gui/graph_editor/canvas_style.h"

namespace vitrine::gui {

namespace {

constexpr double labelGap = 8;

double distance(const QPointF& p, const QPointF& a, const QPointF& b) {
    const QPointF ab = b - a;
    const double length = QPointF::dotProduct(ab, ab);
    const double t =
        length > 0 ? std::clamp(QPointF::dotProduct(p - a, ab) / length, 0.0, 1.0) : 0.0;
    const QPointF gap = p - (a + t * ab);
    return std::hypot(gap.x(), gap.y());
}

}  // namespace

EdgeItem::EdgeItem(CanvasStyle& style, Edge edge, ShapeText shape)
    : m_style(style), m_edge(std::move(edge)), m_shape(std::move(shape)), m_label(style, m_shape) {}

void EdgeItem::setRoute(const EdgeRoute& route) {
    if (route == m_route && !m_line.isEmpty()) return;
    prepareGeometryChange();
    m_route = route;
    m_parts = partsOf(route);
    m_line = lineOf(route);
    const qsizetype middle = m_line.size() / 2;
    m_middle = m_line.size() % 2 == 1 ? m_line[middle] : (m_line[middle - 1] + m_line[middle]) / 2;
    m_bounds = m_line.boundingRect().adjusted(-4, -4, 4, 4);
    placeLabel();
}

void EdgeItem::setLabelled(bool on) {
    if (on == m_isLabelled) return;
    m_isLabelled = on;
    placeLabel();
}

/// To the right of the middle. An edge that comes from the right there passes over it, one that
/// goes to the right under it, so the label makes room for its own edge.
void EdgeItem::placeLabel() {
    QGraphicsScene* wanted = m_isLabelled ? scene() : nullptr;
    if (!wanted && m_label.scene()) m_label.scene()->removeItem(&m_label);
    if (wanted && !m_label.scene()) wanted->addItem(&m_label);
    constexpr double most = 11;
    const double aside = m_route.bends ? 0 : m_route.from.x() - m_route.to.x();
    const double lower = std::clamp(aside / 16, -most, most);
    m_label.setPos(m_middle.x() + labelGap - 2, m_middle.y() + lower - EdgeLabel::height / 2);
}

QVariant EdgeItem::itemChange(GraphicsItemChange change, const QVariant& value) {
    if (change == ItemSceneHasChanged) placeLabel();
    return QGraphicsItem::itemChange(change, value);
}

void EdgeItem::setHighlighted(bool on) {
    if (on == m_isHighlighted) return;
    m_isHighlighted = on;
    setZValue(on ? 0.5 : 0);
    update();
}

QString EdgeItem::description() const {
    const QString ends = QStringLiteral("%1 → %2").arg(QString::fromStdString(m_edge.from.text()),
                                                       QString::fromStdString(m_edge.to.text()));
    const QString shape = m_shape();
    return shape.isEmpty() ? ends : ends + QStringLiteral(", ") + shape;
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
    return stroker.createStroke(pathOf(m_route));
}

void EdgeItem::restyle() {
    m_label.restyle();
    update();
}

void EdgeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    paintParts(*painter, m_isHighlighted ? 2.5 : 1.5,
               m_isHighlighted ? m_style.tokens().accent : m_style.edge());
}

/// Upright parts are filled rectangles of whole pixels: many times faster than smoothed lines, and
/// sharper. What is curved meets them there.
void EdgeItem::paintParts(QPainter& painter, double width, const QColor& colour) const {
    const QTransform view = painter.worldTransform();
    const double ratio = painter.device()->devicePixelRatioF(), scale = view.m11() * ratio;
    const double pixels = std::max(1.0, std::round(width * scale));
    const auto toPixels = [&](const QPointF& point) { return view.map(point) * ratio; };
    double shift = 0;
    if (!m_parts.upright.isNull()) {
        const QPointF from = toPixels(m_parts.upright.p1()), to = toPixels(m_parts.upright.p2());
        const double left = std::round(from.x() - pixels / 2);
        const double top = std::round(from.y()), bottom = std::round(to.y());
        painter.setWorldMatrixEnabled(false);
        painter.fillRect(QRectF(QPointF(left, std::min(top, bottom)) / ratio,
                                QSizeF(pixels, std::abs(bottom - top)) / ratio),
                         colour);
        painter.setWorldMatrixEnabled(true);
        shift = (left + pixels / 2 - from.x()) / scale;
    }
    if (m_parts.curves.isEmpty()) return;
    QPen pen(colour, pixels / scale, Qt::SolidLine, Qt::FlatCap);
    if (pixels == 1) {  // the raster engine has a quick way for these
        pen.setWidthF(1);
        pen.setCosmetic(true);
    }
    painter.setPen(pen);
    painter.translate(shift, 0);
    painter.drawPath(m_parts.curves);
    painter.translate(-shift, 0);
}

}  // namespace vitrine::gui
