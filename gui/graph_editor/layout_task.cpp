// SPDX-License-Identifier: GPL-3.0-or-later
// One layout at a time: Graphviz keeps state of its own.
#include "gui/graph_editor/layout_task.h"

#include <QtConcurrent>

namespace vitrine::gui {

LayoutTask::LayoutTask(QObject* parent) : QObject(parent) {
    connect(&m_watcher, &QFutureWatcher<Places>::finished, this,
            [this] { done(m_graph, *m_watcher.result()); });
}

LayoutTask::~LayoutTask() { m_watcher.waitForFinished(); }

void LayoutTask::start(const Graph& graph, const QStringList& nodes) {
    if (m_watcher.isRunning()) return;
    m_graph = graph;
    m_watcher.setFuture(QtConcurrent::run([graph, nodes] {
        return std::make_shared<Result<Transaction>>(autoLayout(graph, nodes));
    }));
}

}  // namespace vitrine::gui
