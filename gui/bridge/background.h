// SPDX-License-Identifier: GPL-3.0-or-later
// Background: work on a thread of its own, whose end is a signal of the window thread.
#pragma once

#include <QObject>

#include <concepts>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "gui/bridge/caught.h"

namespace vitrine::gui {

/// Window thread. A thread for each piece of work, joined before its end is told: whatever the work
/// wrote can be read then. Where no thread is to be had, the end is told all the same.
class BackgroundWork : public QObject {
    Q_OBJECT
  public:
    explicit BackgroundWork(QObject* parent = nullptr);
    ~BackgroundWork() override;

    /// From run() until just before finished().
    bool isRunning() const { return m_isRunning; }
    /// Waits; finished() does not come any more.
    void waitForFinished();

  Q_SIGNALS:
    void finished();
    void workDone();  ///< on the work's own thread, for this class alone

  protected:
    /// `refuse`: instead of the work, with the exception at hand that says why.
    void launch(std::function<void()> work, const std::function<void()>& refuse);

  private:
    void join();
    void letGo();
    std::thread m_thread;
    bool m_isRunning = false;
};

/// What the work throws is the Error that T is made from.
template <std::constructible_from<Error> T>
class Background : public BackgroundWork {
  public:
    using BackgroundWork::BackgroundWork;
    /// The thread uses what the work leaves here.
    ~Background() override { waitForFinished(); }

    /// Nothing is running. `work` gives a T; what it has captured is its own. `what` names it in
    /// errors: "reading the data".
    template <class Work>
    void run(const char* what, Work work) {
        launch(
            [this, what, work = std::move(work)]() mutable {
                try {
                    m_result.reset(new T(work()));
                } catch (...) {
                    m_result.reset(new T(caughtError(what)));
                }
            },
            [this, what] { m_result.reset(new T(caughtError(what))); });
    }
    /// Once, after finished().
    T take() {
        const std::unique_ptr<T> result = std::move(m_result);
        return std::move(*result);
    }

  private:
    std::unique_ptr<T> m_result;
};

}  // namespace vitrine::gui
