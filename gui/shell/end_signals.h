// SPDX-License-Identifier: GPL-3.0-or-later
// EndSignals: ends the program well when the system asks it to (SIGINT, SIGTERM, SIGHUP).
#pragma once

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

namespace vitrine::gui {

struct Workbench;

/// Window thread; one of them. At the first signal unsaved work is copied aside, the run is stopped
/// and writes its checkpoint, and the event loop ends with `interruptedStatus`, or with
/// `notSavedStatus` where the checkpoint could not be written; a GPU that hangs is waited for
/// `usualDevicePatience`. A second signal, a second later, ends the program at once.
class EndSignals : public QObject {
    Q_OBJECT
  public:
    static constexpr int interruptedStatus = 130, notSavedStatus = 1;

    /// `bench` must outlive it.
    explicit EndSignals(Workbench& bench, QObject* parent = nullptr);
    ~EndSignals() override;

  private:
    void end();
    void quitWhenRunIsOver();
    void quit(int status);

    Workbench& m_bench;
    QSocketNotifier m_notifier;
    QTimer m_poll;
};

}  // namespace vitrine::gui
