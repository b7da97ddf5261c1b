// SPDX-License-Identifier: GPL-3.0-or-later
// Words on a ground of the canvas's colour.
#include "gui/graph_editor/edge_label.h"

#include <QPainter>

#include <utility>

#include "gui/graph_editor/canvas_style.h"

namespace vitrine::gui {

namespace {

constexpr double padding = 2;
constexpr int mostLetters = 36;

}  // namespace

EdgeLabel::EdgeLabel(CanvasStyle& style, Words words) : m_style(style), m_words(std::move(words)) {
    setZValue(0.6);  // edges lie lower, highlighted ones too, and nodes higher
    setAcceptedMouseButtons(Qt::NoButton);
    measure();
}

void EdgeLabel::changed() {
    m_isMade = false;
    update();
}

void EdgeLabel::measure() {
    prepareGeometryChange();
    m_room = m_style.shapeWidth(QString(mostLetters, QLatin1Char('0'))) + 2 * padding;
    changed();
}

const TextLine& EdgeLabel::line() {
    if (!std::exchange(m_isMade, true))
        m_line = TextLine(m_words(), m_style.shapeFont(), m_room - 2 * padding);
    return m_line;
}

bool EdgeLabel::prepareWords() {
    if (m_isMade) return false;
    line();
    return true;
}

void EdgeLabel::restyle() { measure(); }

QRectF EdgeLabel::wordsRect() {
    const double width = line().width();
    return width == 0 ? QRectF() : QRectF(0, 0, width + 2 * padding, height);
}

void EdgeLabel::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    if (painter->worldTransform().m11() < detailZoom) return;
    const QRectF ground = wordsRect();
    if (ground.isNull()) return;
    painter->fillRect(ground, m_style.tokens().window);
    painter->setPen(m_style.tokens().quiet);
    line().draw(*painter, {padding, (height - line().height()) / 2});
}

}  // namespace vitrine::gui
