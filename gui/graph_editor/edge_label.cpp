// SPDX-License-Identifier: GPL-3.0-or-later
// Words on a ground of the canvas's colour.
#include "gui/graph_editor/edge_label.h"

#include <QPainter>

#include <utility>

#include "gui/graph_editor/canvas_style.h"

namespace vitrine::gui {

namespace {

constexpr double padding = 2;

}  // namespace

EdgeLabel::EdgeLabel(CanvasStyle& style) : m_style(style) {
    setZValue(0.6);  // edges lie lower, highlighted ones too, and nodes higher
    setAcceptedMouseButtons(Qt::NoButton);
}

void EdgeLabel::setText(const QString& text) {
    m_text = text;
    measure();
}

void EdgeLabel::measure() {
    prepareGeometryChange();
    m_areMade = false;
    m_width = m_style.shapeWidth(m_text) + 2 * padding;
    update();
}

const TextLine& EdgeLabel::words() {
    if (!std::exchange(m_areMade, true)) m_words = TextLine(m_text, m_style.shapeFont());
    return m_words;
}

bool EdgeLabel::prepareWords() {
    if (m_areMade) return false;
    words();
    return true;
}

void EdgeLabel::restyle() { measure(); }

void EdgeLabel::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    if (painter->worldTransform().m11() < detailZoom) return;
    painter->fillRect(boundingRect(), m_style.tokens().window);
    painter->setPen(m_style.tokens().quiet);
    const TextLine& line = words();
    line.draw(*painter, {padding, (height - line.height()) / 2});
}

}  // namespace vitrine::gui
