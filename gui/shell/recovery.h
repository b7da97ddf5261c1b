// SPDX-License-Identifier: GPL-3.0-or-later
// Recovery: a copy of unsaved work on disk, and what earlier sessions that ended badly left there.
#pragma once

#include <QDateTime>
#include <QLockFile>
#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace vitrine::gui {

class Document;

/// Unsaved work of a session that is gone.
struct LostWork {
    QString copy;  ///< the file in the recovery folder
    QString file;  ///< the project's own; empty where it had none
    QString title;
    QDateTime when;
    bool wasAsked = false;  ///< the session was told to end by the system; else it ended badly
};

/// Window thread. Each session holds a lock, so that the copies of others that run are left alone.
class Recovery : public QObject {
    Q_OBJECT
  public:
    Recovery(Document& document, const QString& folder, QObject* parent = nullptr);
    /// Removes the session's copy: it ends well.
    ~Recovery() override;

    std::vector<LostWork> lostWork() const;
    QByteArray textOf(const LostWork& work) const;
    void discard(const LostWork& work);
    /// Writes at once where something has changed; else a few seconds after a change.
    void writeNow();
    /// Writes now, and the copy stays when the session ends: it is offered at the next start.
    void leaveCopy();

  private:
    QString copyPath() const { return m_folder + "/" + m_session + ".vitrine"; }

    Document& m_document;
    QString m_folder, m_session;
    std::unique_ptr<QLockFile> m_lock;
    QTimer m_delay;
    bool m_leavesCopy = false;
};

}  // namespace vitrine::gui
