// SPDX-License-Identifier: GPL-3.0-or-later
// One thread, one signal across threads.
#include "gui/bridge/background.h"

#include <QCoreApplication>
#include <QEvent>

#include "core/base/check.h"

namespace vitrine::gui {

BackgroundWork::BackgroundWork(QObject* parent) : QObject(parent) {
    connect(this, &BackgroundWork::workDone, this, &BackgroundWork::join, Qt::QueuedConnection);
}

BackgroundWork::~BackgroundWork() { waitForFinished(); }

void BackgroundWork::launch(std::function<void()> work) {
    VITRINE_CHECK(!isRunning(), "one piece of work at a time");
    m_thread = std::thread([this, work = std::move(work)] {
        work();
        workDone();
    });
}

void BackgroundWork::join() {
    if (!isRunning()) return;  // somebody has waited for it
    m_thread.join();
    finished();
}

void BackgroundWork::waitForFinished() {
    if (!isRunning()) return;
    m_thread.join();
    QCoreApplication::removePostedEvents(this, QEvent::MetaCall);  // its workDone
}

}  // namespace vitrine::gui
