// SPDX-License-Identifier: GPL-3.0-or-later
// Painting of what is only there while an edge is drawn.
#include "gui/graph_editor/wire_item.h"

#include <QFontMetricsF>
#include <QPainter>

#include "gui/graph_editor/canvas_style.h"

namespace vitrine::gui {

namespace {

constexpr double widest = 280, padding = 6;

}  // namespace

WireItem::WireItem(CanvasStyle& style) : m_style(style) { setZValue(5); }

void WireItem::setEnds(const QPointF& from, const QPointF& to, WireState state) {
    prepareGeometryChange();
    m_route = {from, to};
    m_state = state;
    update();
}

QRectF WireItem::boundingRect() const {
    return lineOf(m_route).boundingRect().adjusted(-6, -6, 6, 6);
}

void WireItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    const Tokens& t = m_style.tokens();
    const QColor colour = m_state == WireState::Refused ? t.bad : t.accent;
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(
        QPen(colour, 2.5, m_state == WireState::Fits ? Qt::SolidLine : Qt::DashLine, Qt::RoundCap));
    painter->drawPath(pathOf(m_route));
}

CursorLabel::CursorLabel(CanvasStyle& style) : m_style(style) {
    setFlag(ItemIgnoresTransformations);
    setZValue(20);
    setVisible(false);
}

void CursorLabel::say(const QPointF& place, const QString& text, bool isGood, const QRectF& room) {
    prepareGeometryChange();
    m_text = text;
    m_isGood = isGood;
    const QFontMetricsF metrics(isGood ? m_style.shapeFont() : m_style.quietFont());
    const QRectF words = metrics.boundingRect(QRectF(0, 0, widest, 400), Qt::TextWordWrap, text);
    m_rect = QRectF(16, 14, std::ceil(words.width()) + 2 * padding,
                    std::ceil(words.height()) + 2 * padding);
    if (m_rect.right() > room.right()) m_rect.moveRight(-16);
    if (m_rect.bottom() > room.bottom()) m_rect.moveBottom(-14);
    setPos(place);
    setVisible(!text.isEmpty());
    update();
}

void CursorLabel::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    const Tokens& t = m_style.tokens();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(m_isGood ? t.accent : t.bad, 1));
    painter->setBrush(t.raised);
    painter->drawRoundedRect(m_rect.adjusted(0.5, 0.5, -0.5, -0.5), controlRadius, controlRadius);
    painter->setFont(m_isGood ? m_style.shapeFont() : m_style.quietFont());
    painter->setPen(t.text);
    painter->drawText(m_rect.adjusted(padding, padding, 0, 0), Qt::TextWordWrap, m_text);
}

}  // namespace vitrine::gui
