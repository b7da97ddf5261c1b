// SPDX-License-Identifier: GPL-3.0-or-later
// Background: work on a thread of its own, whose end is a signal of the window thread.
#pragma once

#include <QObject>

#include <functional>
#include <memory>
#include <thread>
#include <utility>

namespace vitrine::gui {

/// Window thread. A thread for each piece of work, joined before its end is told: whatever the work
/// wrote can be read then.
class BackgroundWork : public QObject {
    Q_OBJECT
  public:
    explicit BackgroundWork(QObject* parent = nullptr);
    ~BackgroundWork() override;

    /// From run() until just before finished().
    bool isRunning() const { return m_thread.joinable(); }
    /// Waits; finished() does not come any more.
    void waitForFinished();

  Q_SIGNALS:
    void finished();
    void workDone();  ///< on the work's own thread, for this class alone

  protected:
    void launch(std::function<void()> work);

  private:
    void join();
    std::thread m_thread;
};

template <class T>
class Background : public BackgroundWork {
  public:
    using BackgroundWork::BackgroundWork;
    /// The thread uses what the work leaves here.
    ~Background() override { waitForFinished(); }

    /// Nothing is running. `work` gives a T; what it has captured is its own.
    template <class Work>
    void run(Work work) {
        launch([this, work = std::move(work)]() mutable { m_result.reset(new T(work())); });
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
