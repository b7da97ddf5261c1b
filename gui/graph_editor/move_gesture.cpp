// SPDX-License-Identifier: GPL-3.0-or-later
// Selecting by a press, moving, dropping on an edge.
#include "gui/graph_editor/move_gesture.h"

#include <QApplication>

#include "gui/bridge/selection.h"
#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_commands.h"
#include "gui/graph_editor/insert_on_edge.h"
#include "gui/graph_editor/node_geometry.h"

namespace vitrine::gui {

MoveGesture::MoveGesture(CanvasView& view, const Pointer& start, QString node)
    : Gesture(view),
      m_start(start.scene),
      m_startPixel(start.viewport),
      m_node(std::move(node)),
      m_wasSelected(tools().selection.nodes().contains(m_node)) {
    press(start.modifiers);
    tools().scene.setFocusNode(m_node.toStdString());
}

void MoveGesture::press(Qt::KeyboardModifiers modifiers) {
    QStringList nodes = tools().selection.nodes();
    const bool toggles = modifiers & Qt::ControlModifier;
    if (m_wasSelected && !toggles) return;
    if (m_wasSelected)
        nodes.removeAll(m_node);
    else if (toggles || modifiers & Qt::ShiftModifier)
        nodes << m_node;
    else
        nodes = {m_node};
    tools().selection.selectNodes(nodes);
}

void MoveGesture::move(const Pointer& pointer) {
    if (!m_isMoving) {
        const int far = (pointer.viewport - m_startPixel).manhattanLength();
        if (far < QApplication::startDragDistance()) return;
        m_isMoving = true;
    }
    m_shift = snapped(pointer.scene - m_start);
    tools().scene.shiftNodes(tools().selection.nodes(), m_shift);
    tools().scene.highlightEdge(edgeUnder(pointer.modifiers));
}

std::optional<Edge> MoveGesture::edgeUnder(Qt::KeyboardModifiers modifiers) const {
    const Graph& graph = tools().commands.graph();
    const std::string id = m_node.toStdString();
    if (modifiers & Qt::AltModifier || tools().selection.nodes().size() != 1) return std::nullopt;
    if (!graph.find(id) || !graph.edgesOf(id).empty()) return std::nullopt;
    const EdgeItem* edge =
        tools().scene.edgeAt(tools().scene.node(id)->sceneBody().center(), nodeHeight / 2);
    return edge ? std::optional(edge->edge()) : std::nullopt;
}

void MoveGesture::finish(const Pointer& pointer) {
    move(pointer);
    if (!m_isMoving) {
        if (m_wasSelected && pointer.modifiers == Qt::NoModifier)
            tools().selection.selectNodes({m_node});
        return;
    }
    const auto edge = edgeUnder(pointer.modifiers);
    tools().scene.highlightEdge(std::nullopt);
    if (edge) {
        const auto inserted = tools().commands.insert(m_node, *edge, m_shift);
        if (inserted) return;
        tell(inserted);
    }
    tell(tools().commands.move(tools().selection.nodes(), m_shift));
    tools().scene.endShift();
}

void MoveGesture::cancel() {
    tools().scene.highlightEdge(std::nullopt);
    tools().scene.endShift();
}

}  // namespace vitrine::gui
