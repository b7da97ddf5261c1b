// SPDX-License-Identifier: GPL-3.0-or-later
// One thread, one signal across threads.
#include "gui/bridge/background.h"

#include <QCoreApplication>
#include <QEvent>

#include "core/base/check.h"
#include "core/base/check_guard.h"

namespace vitrine::gui {

BackgroundWork::BackgroundWork(QObject* parent) : QObject(parent) {
    connect(this, &BackgroundWork::workDone, this, &BackgroundWork::join, Qt::QueuedConnection);
}

BackgroundWork::~BackgroundWork() { waitForFinished(); }

void BackgroundWork::launch(std::function<void()> work, const std::function<void()>& refuse) {
    VITRINE_CHECK(!isRunning(), "one piece of work at a time");
    m_isRunning = true;
    try {
        m_thread = std::thread([this, work = std::move(work)] {
            const CheckGuard guard;  // what it has made is thrown away, and an Error takes its place
            work();
            workDone();
        });
    } catch (...) {
        refuse();
        workDone();
    }
}

void BackgroundWork::join() {
    if (!isRunning()) return;  // somebody has waited for it
    letGo();
    finished();
}

void BackgroundWork::letGo() {
    if (m_thread.joinable()) m_thread.join();
    m_isRunning = false;
}

void BackgroundWork::waitForFinished() {
    if (!isRunning()) return;
    letGo();
    QCoreApplication::removePostedEvents(this, QEvent::MetaCall);  // its workDone
}

}  // namespace vitrine::gui
