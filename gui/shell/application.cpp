// SPDX-License-Identifier: GPL-3.0-or-later
// Guards around the delivery of events.
#include "gui/shell/application.h"

#include <QThread>

#include <clocale>
#include <cstdio>

#include "core/base/check_guard.h"
#include "gui/bridge/caught.h"
#include "gui/bridge/follow.h"

namespace vitrine::gui {

Application::Application(int& argc, char** argv) : QApplication(argc, argv) {
    std::setlocale(LC_NUMERIC, "C");  // Qt has set the environment's
}

bool Application::notify(QObject* receiver, QEvent* event) {
    ViewHost* host = viewHostOf(receiver);  // now: the event may end the receiver
    const CheckGuard guard;
    try {
        return QApplication::notify(receiver, event);
    } catch (const CheckFailed& failed) {
        if (host)
            host->giveUp(sentenceOf(failed));
        else
            tell(caughtError("what was just asked for"));
        return false;
    } catch (...) {
        tell(caughtError("what was just asked for"));
        return false;
    }
}

void Application::tell(const Error& error) {
    try {
        if (m_tell && QThread::currentThread() == thread()) return m_tell(error);
    } catch (...) {  // as little memory as before
    }
    std::fprintf(stderr, "%s\n", error.text().c_str());
}

}  // namespace vitrine::gui
