// SPDX-License-Identifier: GPL-3.0-or-later
// One list of moves at a time.
#include "gui/bridge/run_mover.h"

#include <QFileInfo>

#include "core/base/moved_folder.h"

namespace vitrine::gui {

RunMover::RunMover(QObject* parent) : QObject(parent) {
    connect(&m_moving, &BackgroundWork::finished, this, &RunMover::movingIsDone);
}

RunMover::~RunMover() { waitForFinished(); }

void RunMover::waitForFinished() { m_moving.waitForFinished(); }

void RunMover::moveTo(const QString& runsFolder, const QString& title, const QString& inUse) {
    for (const QString& from : std::exchange(m_noted, {})) {
        const QString name = QFileInfo(from).fileName();  // Untitled-20261128-101500-123
        const QString time = name.mid(name.indexOf(QLatin1Char('-')));
        m_moves.push_back(
            {from, QStringLiteral("%1/%2%3").arg(runsFolder, title, time), from == inUse});
    }
    start();
}

void RunMover::tryAgain() {
    for (Move& move : std::exchange(m_waiting, {})) {
        move.isInUse = false;
        m_moves.push_back(std::move(move));
    }
    start();
}

void RunMover::start() {
    if (m_moves.empty() || m_moving.isRunning()) return;
    m_moving.run("moving runs", [moves = std::exchange(m_moves, {})]() -> Result<Moved> {
        Moved done;
        for (const Move& move : moves) {
            auto arrived = moveFolder(move.from.toStdString(), move.to.toStdString(), move.isInUse);
            if (arrived)
                done.arrived << QString::fromStdString(*arrived);
            else if (arrived.error().code == "P12")
                done.waiting.push_back(move);
            else if (arrived.error().code != "G01")  // somebody has deleted it
                done.errors.push_back(arrived.error());
        }
        return done;
    });
}

void RunMover::movingIsDone() {
    const Result<Moved> done = m_moving.take();
    if (!done) {
        failed(done.error());
        return start();
    }
    m_arrived << done->arrived;
    m_waiting.insert(m_waiting.end(), done->waiting.begin(), done->waiting.end());
    for (const Error& error : done->errors) failed(error);
    if (!done->arrived.isEmpty())
        moved(static_cast<int>(done->arrived.size()),
              QFileInfo(done->arrived.constFirst()).absolutePath());
    start();
}

}  // namespace vitrine::gui
