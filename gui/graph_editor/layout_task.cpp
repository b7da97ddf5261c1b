// SPDX-License-Identifier: GPL-3.0-or-later
// One layout at a time: Graphviz keeps state of its own.
#include "gui/graph_editor/layout_task.h"

namespace vitrine::gui {

LayoutTask::LayoutTask(QObject* parent) : QObject(parent) {
    connect(&m_layout, &BackgroundWork::finished, this, [this] { done(m_graph, m_layout.take()); });
}

void LayoutTask::start(const Graph& graph, const QStringList& nodes, const QSizeF& room) {
    if (m_layout.isRunning()) return;
    m_graph = graph;
    m_layout.run("laying out the graph",
                 [graph, nodes, room] { return autoLayout(graph, nodes, room); });
}

}  // namespace vitrine::gui
