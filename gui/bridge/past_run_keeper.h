// SPDX-License-Identifier: GPL-3.0-or-later
// PastRunKeeper: what the document's last run came to, read when its project is opened.
#pragma once

#include <QObject>

#include <optional>
#include <stop_token>

#include "core/session/past_runs.h"
#include "core/session/weights_run.h"
#include "gui/bridge/background.h"

namespace vitrine::gui {

/// Window thread. One look at a time; another one, or forget(), drops what comes of it.
class PastRunKeeper : public QObject {
    Q_OBJECT
  public:
    explicit PastRunKeeper(QObject* parent = nullptr);
    ~PastRunKeeper() override;

    /// Looks for the newest run of a project below `runsFolder`; found() comes where there is one.
    void look(const QString& runsFolder, const QString& projectName, const QString& title);
    /// Looks at this one; found() or refused() comes.
    void read(const QString& folder);
    /// Takes a file's weights for a run that has them; weightsFound() comes behind found().
    void readWeights(const QString& file, const Project& project);
    void forget();
    void shutDown();
    bool isLooking() const { return m_reading.isRunning() && !m_isDropped; }
    /// Since found(), until forget() or the next look.
    const std::optional<PastResult>& result() const { return m_result; }

  Q_SIGNALS:
    void found();
    void refused(const vitrine::Error& error);
    /// Of a file: what became of each tensor, in words.
    void weightsFound(const QString& file, const QString& summary, const QString& table);

  private:
    using Read = Result<std::optional<FileWeights>>;  ///< of a run without words
    void start(std::function<Read(std::stop_token)> work);
    void readingIsDone();

    Background<Read> m_reading;
    std::function<Read(std::stop_token)> m_next;
    std::stop_source m_stop;
    bool m_isDropped = false;
    std::optional<PastResult> m_result;
};

}  // namespace vitrine::gui
