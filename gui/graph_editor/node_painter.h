// SPDX-License-Identifier: GPL-3.0-or-later
// NodePainter: paints one node, with less the smaller it is.
#pragma once

#include <QPainter>

#include "gui/graph_editor/node_geometry.h"
#include "gui/graph_editor/node_item.h"

namespace vitrine::gui {

class NodePainter {
  public:
    NodePainter(NodeItem& item, QPainter& painter);
    void paint();

    /// Of the lines under a node that has an error: they end before the next node of a chain and
    /// beside its sign. Those of a selected node are there as a whole.
    static constexpr double troubleTop = nodeHeight + 3, troubleWidth = nodeWidth - 12;
    static constexpr int troubleLines = 2, troubleLinesSelected = 12;
    static constexpr double textLeft = 36, textWidth = nodeWidth - textLeft - 8;
    static constexpr double farTextLeft = 16, farTextWidth = nodeWidth - farTextLeft - 4;

  private:
    void paintBlock();
    void paintRing();
    void paintWords();
    void paintFarWords();
    void paintPorts();
    void paintPort(const QPointF& centre, const PortLook& port, PortGlow glow);
    void paintTrouble();
    void paintTroubleWords();
    QPointF paintTroubleBox(const std::vector<TextLine>& lines);
    void paintBreakpoints();
    void paintCurrent();

    NodeItem& m_item;
    QPainter& m_painter;
    CanvasStyle& m_style;
    double m_zoom;
};

}  // namespace vitrine::gui
