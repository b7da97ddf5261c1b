// SPDX-License-Identifier: GPL-3.0-or-later
// RunMover: runs of a project that had no file yet go along when it gets one.
#pragma once

#include <QObject>
#include <QStringList>

#include <vector>

#include "gui/bridge/background.h"

namespace vitrine::gui {

/// Window thread; the moving is on a thread of its own. A run that is being written moves with its
/// writer where that is a renaming; to another file system it goes when it is over.
class RunMover : public QObject {
    Q_OBJECT
  public:
    explicit RunMover(QObject* parent = nullptr);
    ~RunMover() override;

    /// One that was made while the document had no file.
    void note(const QString& folder) { m_noted << folder; }
    const QStringList& noted() const { return m_noted; }
    void forget() { m_noted.clear(); }
    /// All that are noted, to `runsFolder`/`title`-…; `inUse` is being written to.
    void moveTo(const QString& runsFolder, const QString& title, const QString& inUse);
    /// Those that had to wait.
    void tryAgain();
    /// Whether this program has moved a run there, so that nobody needs to be told of it.
    bool hasMovedTo(const QString& folder) const { return m_arrived.contains(folder); }
    void waitForFinished();

  Q_SIGNALS:
    void moved(int count, const QString& runsFolder);
    void failed(const vitrine::Error& error);

  private:
    struct Move {
        QString from, to;
        bool isInUse = false;
    };
    struct Moved {
        QStringList arrived;
        std::vector<Move> waiting;
        std::vector<Error> errors;
    };
    void start();
    void movingIsDone();

    QStringList m_noted, m_arrived;
    std::vector<Move> m_moves, m_waiting;
    Background<Result<Moved>> m_moving;
};

}  // namespace vitrine::gui
