// SPDX-License-Identifier: GPL-3.0-or-later
// RetiredRuns: runs that another document or another run has taken the place of, until they are
// saved.
#pragma once

#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

#include "core/session/live_run.h"

namespace vitrine::gui {

/// Window thread. Nothing that was trained is thrown away because somebody looks at something else:
/// each run is stopped, brings its step to an end, writes its checkpoint, and goes.
class RetiredRuns : public QObject {
    Q_OBJECT
  public:
    explicit RetiredRuns(QObject* parent = nullptr);

    /// Null is fine.
    void add(std::unique_ptr<LiveRun> run);
    bool isEmpty() const { return m_runs.empty(); }
    /// Lets go of all of them, saved or not: waits for an entry at most.
    void abandon();

  Q_SIGNALS:
    /// Its checkpoint could not be written.
    void failed(const vitrine::Error& error);
    void emptied();

  private:
    void look();
    std::vector<std::unique_ptr<LiveRun>> m_runs;
    QTimer m_timer;
};

/// Nothing more will be computed or written.
bool isOver(const LiveRun& run);

}  // namespace vitrine::gui
