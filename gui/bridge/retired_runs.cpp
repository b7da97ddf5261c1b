// SPDX-License-Identifier: GPL-3.0-or-later
// Looks a few times a second whether they are over.
#include "gui/bridge/retired_runs.h"

#include <algorithm>

namespace vitrine::gui {

bool isOver(const LiveRun& run) {
    const RunState state = run.state();
    return state == RunState::Finished || state == RunState::Stopped || state == RunState::Failed;
}

RetiredRuns::RetiredRuns(QObject* parent) : QObject(parent) {
    constexpr int lookMs = 20;
    m_timer.setInterval(lookMs);
    connect(&m_timer, &QTimer::timeout, this, &RetiredRuns::look);
}

void RetiredRuns::add(std::unique_ptr<LiveRun> run) {
    // One that has not begun has nothing to save.
    if (!run || isOver(*run) || run->state() == RunState::Ready) return;
    run->stop();
    m_runs.push_back(std::move(run));
    m_timer.start();
}

void RetiredRuns::abandon() {
    m_timer.stop();
    m_runs.clear();
}

void RetiredRuns::look() {
    std::erase_if(m_runs, [this](const std::unique_ptr<LiveRun>& run) {
        RunEvent event;
        bool isStuck = false;
        while (run->nextEvent(event)) isStuck |= event.kind == EventKind::CheckpointFailed;
        if (isStuck) failed(run->failure());
        return isStuck || isOver(*run);
    });
    if (!m_runs.empty()) return;
    m_timer.stop();
    emptied();
}

}  // namespace vitrine::gui
