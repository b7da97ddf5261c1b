// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a node from back to front.
#include "gui/graph_editor/node_painter.h"

#include <QStyleOptionGraphicsItem>

#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/node_geometry.h"

namespace vitrine::gui {

namespace {

/// An octagon: the sign that stops.
QPolygonF octagon(const QPointF& centre, double radius) {
    const double k = radius * 0.4142;
    const double r = radius;
    QPolygonF shape;
    for (const QPointF& corner : {QPointF(-k, -r), QPointF(k, -r), QPointF(r, -k), QPointF(r, k),
                                  QPointF(k, r), QPointF(-k, r), QPointF(-r, k), QPointF(-r, -k)})
        shape << centre + corner;
    return shape;
}

}  // namespace

NodePainter::NodePainter(NodeItem& item, QPainter& painter)
    : m_item(item),
      m_painter(painter),
      m_style(item.m_style),
      m_zoom(QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter.worldTransform())) {}

void NodePainter::paint() {
    if (m_zoom < blockZoom) return paintBlock();
    m_painter.setRenderHint(QPainter::Antialiasing);
    if (!m_item.m_look.trouble.isEmpty() && m_zoom >= detailZoom) paintTroubleWords();
    paintRing();
    m_style.sprites().drawBody(m_painter, m_item.m_look.category, !m_item.m_look.trouble.isEmpty());
    if (m_zoom < detailZoom) {
        paintFarWords();
    } else {
        paintWords();
        paintPorts();
    }
    if (!m_item.m_look.trouble.isEmpty()) paintTrouble();
    paintBreakpoints();
    if (m_item.m_marks.isCurrent) paintCurrent();
}

void NodePainter::paintBlock() {
    const Tokens& t = m_style.tokens();
    const NodeMarks& marks = m_item.m_marks;
    m_painter.setRenderHint(QPainter::Antialiasing, false);
    const QColor fill = !m_item.m_look.trouble.isEmpty() ? t.bad
                        : marks.isSelected || marks.isCurrent
                            ? t.accent
                            : m_style.category(m_item.m_look.category);
    // Seen from however far: at least a few pixels.
    QRectF block = m_item.bodyRect();
    const QPointF middle = block.center();
    block.setSize(block.size().expandedTo(QSizeF(3, 1) / m_zoom));
    block.moveCenter(middle);
    m_painter.fillRect(block, fill);
}

void NodePainter::paintRing() {
    const NodeMarks& marks = m_item.m_marks;
    if (!marks.isSelected && !marks.isFocused) return;
    const Tokens& t = m_style.tokens();
    const double width = std::max(2.0, 1.5 / m_zoom);
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(QPen(marks.isSelected ? t.accent : t.quiet, width,
                          marks.isFocused && !marks.isSelected ? Qt::DashLine : Qt::SolidLine));
    const double out = 1 + width / 2;
    m_painter.drawRoundedRect(m_item.bodyRect().adjusted(-out, -out, out, out), nodeRadius + out,
                              nodeRadius + out);
    if (!marks.isFocused || !marks.isSelected) return;
    m_painter.setPen(QPen(t.text, 1, Qt::DotLine));
    m_painter.drawRoundedRect(m_item.bodyRect().adjusted(-6, -6, 6, 6), nodeRadius + 6,
                              nodeRadius + 6);
}

void NodePainter::paintWords() {
    const NodeItem::Words& words = m_item.words();
    const Tokens& t = m_style.tokens();
    // Three lines, or two in the middle.
    const bool threeLines = !m_item.m_look.summary.isEmpty();
    const double top = threeLines ? 4 : 12;
    const auto line = [&](const TextLine& text, const QColor& colour, double y) {
        m_painter.setPen(colour);
        text.draw(m_painter, QPointF(textLeft, y));
    };
    line(words.title, t.text, top);
    line(words.op, t.quiet, top + 16);
    if (threeLines) line(words.summary, t.text, top + 30);
}

/// The name alone, in letters that can still be read.
void NodePainter::paintFarWords() {
    m_painter.setPen(m_style.tokens().text);
    m_item.farWords().draw(m_painter, QPointF(farTextLeft, 12));
}

void NodePainter::paintPorts() {
    const NodeLook& look = m_item.m_look;
    const auto glow = [](const std::vector<PortGlow>& glows, size_t i) {
        return i < glows.size() ? glows[i] : PortGlow::Plain;
    };
    for (size_t i = 0; i < look.inputs.size(); ++i)
        paintPort(inputOffset(i, look.inputs.size()), look.inputs[i], glow(m_item.m_inputGlow, i));
    for (size_t i = 0; i < look.outputs.size(); ++i)
        paintPort(outputOffset(i, look.outputs.size()), look.outputs[i],
                  glow(m_item.m_outputGlow, i));
}

void NodePainter::paintPort(const QPointF& centre, const PortLook& port, PortGlow glow) {
    if (glow == PortGlow::Plain)
        return m_style.sprites().drawPort(m_painter, centre, port.isOfIndices, port.isConnected);
    const Tokens& t = m_style.tokens();
    const QColor colour = glow == PortGlow::Fits      ? t.good
                          : glow == PortGlow::Nearest ? t.accent
                                                      : t.line;
    const double radius = glow == PortGlow::Nearest ? portRadius + 2 : portRadius - 0.5;
    if (glow == PortGlow::Fits) {
        QColor halo = colour;
        halo.setAlphaF(0.25F);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(halo);
        m_painter.drawEllipse(centre, radius + 4, radius + 4);
    }
    const bool filled = port.isConnected || glow == PortGlow::Nearest;
    m_painter.setPen(QPen(colour, 1.5));
    m_painter.setBrush(filled ? colour : t.window);
    if (port.isOfIndices)
        m_painter.drawRect(
            QRectF(centre - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius)));
    else
        m_painter.drawEllipse(centre, radius, radius);
}

/// The sign.
void NodePainter::paintTrouble() {
    const Tokens& t = m_style.tokens();
    const QPointF centre(nodeWidth - 2, 2);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(t.bad);
    m_painter.drawEllipse(centre, 8, 8);
    m_painter.setPen(QPen(t.window, 2, Qt::SolidLine, Qt::RoundCap));
    m_painter.drawLine(centre + QPointF(0, -4), centre + QPointF(0, 0.5));
    m_painter.drawPoint(centre + QPointF(0, 4));
}

/// Below the ports.
void NodePainter::paintTroubleWords() {
    const Tokens& t = m_style.tokens();
    const std::vector<TextLine>& lines = m_item.words().trouble;
    QPointF at(0, troubleTop);
    if (m_item.m_marks.isSelected) at = paintTroubleBox(lines);
    m_painter.setPen(t.bad);
    for (const TextLine& line : lines) {
        m_painter.fillRect(QRectF(at, QSizeF(line.width(), line.height())), t.window);
        line.draw(m_painter, at);
        at.ry() += line.height();
    }
}

/// All words of a selected node stand over whatever is there. Gives where they begin.
QPointF NodePainter::paintTroubleBox(const std::vector<TextLine>& lines) {
    constexpr double ringed = nodeHeight + 8, inset = 4;
    double height = 2 * inset;
    for (const TextLine& line : lines) height += line.height();
    m_painter.setPen(QPen(m_style.tokens().line, 1));
    m_painter.setBrush(m_style.tokens().window);
    m_painter.drawRoundedRect(QRectF(0, ringed, troubleWidth + 2 * inset, height), inset, inset);
    return {inset, ringed + inset};
}

/// Forward on the left, backward on the right.
void NodePainter::paintBreakpoints() {
    const Tokens& t = m_style.tokens();
    const auto sign = [&](double x, const QString& letter) {
        const QPointF centre(x, nodeHeight - 2);
        m_painter.setPen(QPen(t.window, 1.5));
        m_painter.setBrush(t.bad);
        m_painter.drawPolygon(octagon(centre, 8));
        if (m_zoom < detailZoom) return;
        m_painter.setFont(m_style.shapeFont());
        m_painter.setPen(t.window);
        m_painter.drawText(QRectF(centre - QPointF(8, 8), QSizeF(16, 16)), Qt::AlignCenter, letter);
    };
    if (m_item.m_marks.stopsForward) sign(4, QStringLiteral("F"));
    if (m_item.m_marks.stopsBackward) sign(nodeWidth - 4, QStringLiteral("B"));
}

/// An arrow at the left edge: here the run stands.
void NodePainter::paintCurrent() {
    const Tokens& t = m_style.tokens();
    const double y = nodeHeight / 2;
    m_painter.setPen(QPen(t.window, 1.5));
    m_painter.setBrush(t.warn);
    m_painter.drawPolygon(QPolygonF({{-14, y - 8}, {0, y}, {-14, y + 8}}));
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(QPen(t.warn, 2));
    m_painter.drawRoundedRect(m_item.bodyRect(), nodeRadius, nodeRadius);
}

}  // namespace vitrine::gui
