// SPDX-License-Identifier: GPL-3.0-or-later
// LayoutTask: lays out a copy of the graph on another thread; large graphs take a while.
#pragma once

#include <QObject>

#include "gui/bridge/background.h"
#include "gui/graph_editor/auto_layout.h"

namespace vitrine::gui {

class LayoutTask : public QObject {
    Q_OBJECT
  public:
    explicit LayoutTask(QObject* parent = nullptr);

    /// Does nothing while one is under way.
    void start(const Graph& graph, const QStringList& nodes, const QSizeF& room);

  Q_SIGNALS:
    /// `of`: the graph that was laid out; by now it may be another.
    void done(const vitrine::Graph& of, const vitrine::Result<vitrine::Transaction>& moves);

  private:
    Graph m_graph;
    Background<Result<Transaction>> m_layout;
};

}  // namespace vitrine::gui
