// SPDX-License-Identifier: GPL-3.0-or-later
// RunOpener: runs are opened on a thread of its own, one at a time.
#pragma once

#include <QObject>

#include <memory>
#include <stop_token>
#include <string>

#include "core/session/live_run.h"
#include "gui/bridge/background.h"

namespace vitrine::gui {

/// Window thread.
class RunOpener : public QObject {
    Q_OBJECT
  public:
    using Opened = Result<std::unique_ptr<LiveRun>>;
    explicit RunOpener(QObject* parent = nullptr);
    ~RunOpener() override { shutDown(); }

    bool isRunning() const { return m_opening.isRunning(); }
    // Nothing is running. ended() follows.
    /// `options.stop` is this class's.
    void open(Project project, std::shared_ptr<const Dataset> data, LiveOptions options);
    /// `request.stop` likewise.
    void resume(std::string folder, DataRequest request, std::string device);
    /// What is being opened is to end soon; ended() follows all the same.
    void abandon();
    /// Once, after ended().
    Opened take() { return m_opening.take(); }
    /// Ends it and waits; nothing is told.
    void shutDown();

  Q_SIGNALS:
    void ended();

  private:
    static constexpr const char* what = "opening the run";
    Background<Opened> m_opening;
    std::stop_source m_stop;
};

}  // namespace vitrine::gui
