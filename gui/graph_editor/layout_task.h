// SPDX-License-Identifier: GPL-3.0-or-later
// LayoutTask: lays out a copy of the graph on another thread; large graphs take a while.
#pragma once

#include <QFutureWatcher>
#include <QObject>

#include <memory>

#include "gui/graph_editor/auto_layout.h"

namespace vitrine::gui {

class LayoutTask : public QObject {
    Q_OBJECT
  public:
    explicit LayoutTask(QObject* parent = nullptr);
    ~LayoutTask() override;

    /// Does nothing while one is under way.
    void start(const Graph& graph, const QStringList& nodes);

  Q_SIGNALS:
    /// `of`: the graph that was laid out; by now it may be another.
    void done(const vitrine::Graph& of, const vitrine::Result<vitrine::Transaction>& moves);

  private:
    using Places = std::shared_ptr<Result<Transaction>>;
    Graph m_graph;
    QFutureWatcher<Places> m_watcher;
};

}  // namespace vitrine::gui
