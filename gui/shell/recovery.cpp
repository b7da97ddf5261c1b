// SPDX-License-Identifier: GPL-3.0-or-later
// Copies named after their session; a companion file says whose they are, and another one is there
// where the session was told to end.
#include "gui/shell/recovery.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUuid>

#include "core/base/file.h"
#include "gui/document/document.h"

namespace vitrine::gui {

namespace {

constexpr int delayMs = 3000;  ///< at most this much editing is lost
constexpr auto ownerEnding = ".of", askedEnding = ".asked";

void removeCopy(const QString& copy) {
    for (const char* ending : {"", ownerEnding, askedEnding})
        QFile::remove(copy + QLatin1String(ending));
}

}  // namespace

Recovery::Recovery(Document& document, const QString& folder, QObject* parent)
    : QObject(parent),
      m_document(document),
      m_folder(folder),
      m_session(QUuid::createUuid().toString(QUuid::WithoutBraces)) {
    QDir().mkpath(m_folder);
    m_lock = std::make_unique<QLockFile>(m_folder + "/" + m_session + ".lock");
    m_lock->setStaleLockTime(0);
    m_lock->tryLock(0);
    m_delay.setSingleShot(true);
    m_delay.setInterval(delayMs);
    connect(&m_delay, &QTimer::timeout, this, &Recovery::writeNow);
    const auto later = [this] {
        if (!m_delay.isActive()) m_delay.start();
    };
    connect(&document, &Document::graphChanged, this, later);
    connect(&document, &Document::settingsChanged, this, later);
    connect(&document, &Document::modifiedChanged, this, later);
}

Recovery::~Recovery() {
    if (!m_leavesCopy) removeCopy(copyPath());
}

void Recovery::writeNow() {
    m_delay.stop();
    if (!m_document.isModified()) return removeCopy(copyPath());
    // A full disk must not disturb whoever edits; the next change tries again.
    if (!saveAtomically((copyPath() + ownerEnding).toStdString(),
                        m_document.file().toStdString()) ||
        !saveAtomically(copyPath().toStdString(), projectText(m_document.project())))
        m_delay.start();
}

void Recovery::leaveCopy() {
    writeNow();
    // Without it the next start only says less.
    if (m_document.isModified())
        (void)saveAtomically((copyPath() + askedEnding).toStdString(), std::string());
    m_leavesCopy = true;
}

std::vector<LostWork> Recovery::lostWork() const {
    std::vector<LostWork> lost;
    for (const QFileInfo& copy : QDir(m_folder).entryInfoList({"*.vitrine"}, QDir::Files)) {
        const QString session = copy.completeBaseName();
        QLockFile lock(m_folder + "/" + session + ".lock");
        lock.setStaleLockTime(0);
        if (session == m_session || !lock.tryLock(0)) continue;
        QFile owner(copy.filePath() + ownerEnding);
        LostWork work{copy.filePath(),
                      {},
                      {},
                      copy.lastModified(),
                      QFile::exists(copy.filePath() + askedEnding)};
        if (owner.open(QIODevice::ReadOnly)) work.file = QString::fromUtf8(owner.readAll());
        work.title = work.file.isEmpty() ? tr("Untitled") : QFileInfo(work.file).completeBaseName();
        lost.push_back(std::move(work));
    }
    return lost;
}

QByteArray Recovery::textOf(const LostWork& work) const {
    QFile file(work.copy);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void Recovery::discard(const LostWork& work) { removeCopy(work.copy); }

}  // namespace vitrine::gui
