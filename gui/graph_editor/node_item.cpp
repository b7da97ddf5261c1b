// SPDX-License-Identifier: GPL-3.0-or-later
// Geometry of a node's item; painting is in node_painter.
#include "gui/graph_editor/node_item.h"

#include <QFontMetricsF>
#include <QPainterPath>
#include <QStyleOptionGraphicsItem>

#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/graph_editor/node_painter.h"
#include "gui/models/short_name.h"

namespace vitrine::gui {

namespace {

std::optional<size_t> indexOf(const std::vector<PortLook>& ports, std::string_view id) {
    for (size_t i = 0; i < ports.size(); ++i)
        if (ports[i].id == id) return i;
    return std::nullopt;
}

/// A node's name: what tells it from others stays.
QString shortened(const QString& name, const QFont& font, double width) {
    const QFontMetricsF letters(font);
    return shortName(name,
                     [&](const QString& text) { return letters.horizontalAdvance(text) <= width; });
}

}  // namespace

NodeItem::NodeItem(CanvasStyle& style) : m_style(style) { setZValue(1); }

void NodeItem::setLook(NodeLook look) {
    if (look == m_look) return;
    if (look.trouble != m_look.trouble) prepareGeometryChange();
    m_look = std::move(look);
    m_words = {};
    setToolTip(m_look.trouble);
    stack();
    update();
}

void NodeItem::setTrouble(const QString& trouble, const QString& foundWanted) {
    if (trouble == m_look.trouble && foundWanted == m_look.foundWanted) return;
    NodeLook look = m_look;
    look.trouble = trouble;
    look.foundWanted = foundWanted;
    setLook(std::move(look));
}

void NodeItem::setMarks(const NodeMarks& marks) {
    if (marks == m_marks) return;
    if (marks.isSelected != m_marks.isSelected && !m_look.trouble.isEmpty()) m_words = {};
    m_marks = marks;
    stack();
    update();
}

/// Words under a node lie below other nodes, unless it is selected.
void NodeItem::stack() { setZValue(m_marks.isSelected ? 2 : m_look.trouble.isEmpty() ? 1 : 0.9); }

void NodeItem::setGlow(std::vector<PortGlow> inputs, std::vector<PortGlow> outputs) {
    if (inputs == m_inputGlow && outputs == m_outputGlow) return;
    m_inputGlow = std::move(inputs);
    m_outputGlow = std::move(outputs);
    update();
}

void NodeItem::restyle() {
    m_words = {};
    update();
}

bool NodeItem::prepareWords() {
    if (m_words.areMade && m_words.farIsMade) return false;
    words();
    farWords();
    return true;
}

const NodeItem::Words& NodeItem::words() {
    if (std::exchange(m_words.areMade, true)) return m_words;
    constexpr double width = NodePainter::textWidth;
    const QString title = shortened(m_look.title, m_style.titleFont(), width);
    if (m_look.trouble.isEmpty()) setToolTip(title == m_look.title ? QString() : m_look.title);
    m_words.title = TextLine(title, m_style.titleFont(), width);
    m_words.op = TextLine(m_look.op, m_style.quietFont(), width, Qt::ElideMiddle);
    m_words.summary = TextLine(m_look.summary, m_style.quietFont(), width);
    m_words.trouble = TextLine::wrapped(
        m_look.foundWanted, m_style.quietFont(), NodePainter::troubleWidth,
        m_marks.isSelected ? NodePainter::troubleLinesSelected : NodePainter::troubleLines);
    return m_words;
}

const TextLine& NodeItem::farWords() {
    constexpr double width = NodePainter::farTextWidth;
    if (!std::exchange(m_words.farIsMade, true))
        m_words.far =
            TextLine(shortened(m_look.title, m_style.farFont(), width), m_style.farFont(), width);
    return m_words.far;
}

QPointF NodeItem::inputPoint(size_t index) const {
    return pos() + inputOffset(index, m_look.inputs.size());
}

QPointF NodeItem::outputPoint(size_t index) const {
    return pos() + outputOffset(index, m_look.outputs.size());
}

std::optional<QPointF> NodeItem::inputPoint(std::string_view port) const {
    const auto index = indexOf(m_look.inputs, port);
    return index ? std::optional(inputPoint(*index)) : std::nullopt;
}

std::optional<QPointF> NodeItem::outputPoint(std::string_view port) const {
    const auto index = indexOf(m_look.outputs, port);
    return index ? std::optional(outputPoint(*index)) : std::nullopt;
}

QRectF NodeItem::bodyRect() const { return {0, 0, nodeWidth, nodeHeight}; }

QRectF NodeItem::boundingRect() const {
    // As if it were selected: what is selected does not change how large the scene is.
    double below = 10;
    if (!m_look.trouble.isEmpty())
        below +=
            10 + NodePainter::troubleLinesSelected * QFontMetricsF(m_style.quietFont()).height();
    return bodyRect().adjusted(-16, -12, 12, below);
}

QPainterPath NodeItem::shape() const {
    QPainterPath path;
    path.addRect(bodyRect());
    return path;
}

void NodeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    NodePainter(*this, *painter).paint();
}

}  // namespace vitrine::gui
