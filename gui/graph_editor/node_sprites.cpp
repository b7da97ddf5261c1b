// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures at the scale of the screen, drawn pixel on pixel.
#include "gui/graph_editor/node_sprites.h"

#include <QPaintDevice>
#include <QPaintEngine>

#include <cmath>

#include "core/graph/placeholder.h"
#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/node_geometry.h"

namespace vitrine::gui {

namespace {

/// Whether lines stay lines there, at any size.
bool keepsLines(const QPainter& painter) {
    const QPaintEngine::Type type = painter.paintEngine()->type();
    return type == QPaintEngine::SVG || type == QPaintEngine::Pdf;
}

}  // namespace

template <class Paint>
void NodeSprites::draw(QPainter& painter, const QString& key, const QRectF& area, Paint paint) {
    if (keepsLines(painter)) {
        painter.save();
        paint(painter);
        return painter.restore();
    }
    const double ratio = painter.device()->devicePixelRatioF();
    const double zoom = painter.worldTransform().m11(), scale = zoom * ratio;
    if (scale != m_scale) m_pictures.clear();
    m_scale = scale;
    // Whole pixels around the area.
    const QPointF corner(std::floor(area.left() * scale), std::floor(area.top() * scale));
    QPixmap& picture = m_pictures[key];
    if (picture.isNull()) {
        const QPointF end(std::ceil(area.right() * scale), std::ceil(area.bottom() * scale));
        picture = QPixmap(QSizeF(end.x() - corner.x(), end.y() - corner.y()).toSize());
        picture.fill(Qt::transparent);
        QPainter inner(&picture);
        inner.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        inner.translate(-corner);
        inner.scale(scale, scale);
        paint(inner);
        inner.end();
        picture.setDevicePixelRatio(ratio);
    }
    const QPointF origin = painter.worldTransform().map(QPointF()) * ratio;
    const QPointF at(std::round(origin.x()) + corner.x(), std::round(origin.y()) + corner.y());
    painter.setWorldMatrixEnabled(false);
    painter.drawPixmap(at / ratio, picture);
    painter.setWorldMatrixEnabled(true);
}

void NodeSprites::drawBody(QPainter& painter, const std::string& category, bool isBad) {
    const bool withIcon = painter.worldTransform().m11() >= detailZoom;
    const QString key = QString::fromStdString(category) + QLatin1Char(isBad ? '!' : ' ');
    draw(painter, key, QRectF(-1, -1, nodeWidth + 2, nodeHeight + 2),
         [&](QPainter& inner) { paintBody(inner, category, isBad, withIcon); });
}

void NodeSprites::drawPort(QPainter& painter, const QPointF& centre, bool isOfIndices,
                           bool isConnected) {
    const QString key = QStringLiteral("port %1 %2").arg(isOfIndices).arg(isConnected);
    constexpr double reach = portRadius + 1;
    painter.translate(centre);
    draw(painter, key, QRectF(-reach, -reach, 2 * reach, 2 * reach),
         [&](QPainter& inner) { paintPort(inner, isOfIndices, isConnected); });
    painter.translate(-centre);
}

void NodeSprites::paintBody(QPainter& painter, const std::string& category, bool isBad,
                            bool withIcon) const {
    const Tokens& t = m_theme.tokens();
    if (category == placeholderCategory) {
        // An outline that nothing fills yet.
        painter.setPen(QPen(t.quiet, 1.25, Qt::DashLine));
        painter.setBrush(t.window);
    } else {
        painter.setPen(QPen(isBad ? t.bad : t.line, 1));
        painter.setBrush(t.raised);
    }
    painter.drawRoundedRect(QRectF(0, 0, nodeWidth, nodeHeight), nodeRadius, nodeRadius);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.category(category));
    painter.drawRoundedRect(QRectF(4, 8, 4, nodeHeight - 16), 2, 2);
    if (!withIcon) return;
    constexpr double size = 16;
    if (keepsLines(painter)) {
        const QRect at(14, static_cast<int>((nodeHeight - size) / 2), static_cast<int>(size),
                       static_cast<int>(size));
        return m_theme.categoryIcon(category).paint(&painter, at);
    }
    const int pixels = static_cast<int>(std::ceil(size * painter.worldTransform().m11()));
    const QPixmap icon = m_theme.categoryIcon(category).pixmap(QSize(pixels, pixels), 1.0);
    painter.drawPixmap(QRectF(14, (nodeHeight - size) / 2, size, size), icon, icon.rect());
}

void NodeSprites::paintPort(QPainter& painter, bool isOfIndices, bool isConnected) const {
    const Tokens& t = m_theme.tokens();
    constexpr double radius = portRadius - 0.5;
    painter.setPen(QPen(t.quiet, 1.5));
    painter.setBrush(isConnected ? t.quiet : t.window);
    if (isOfIndices)
        painter.drawRect(QRectF(-radius, -radius, 2 * radius, 2 * radius));
    else
        painter.drawEllipse(QPointF(), radius, radius);
}

}  // namespace vitrine::gui
