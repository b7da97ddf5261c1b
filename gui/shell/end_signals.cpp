// SPDX-License-Identifier: GPL-3.0-or-later
// A signal handler may do next to nothing: it writes to an eventfd, which wakes the event loop.
#include "gui/shell/end_signals.h"

#include <QCoreApplication>

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "core/base/process.h"
#include "core/session/device_silence.h"
#include "gui/shell/workbench.h"

namespace vitrine::gui {

namespace {

int wakeDescriptor = -1;  // the signal handler reaches nothing else

void wake() {
    const uint64_t one = 1;
    (void)!write(wakeDescriptor, &one, sizeof one);
}

int openedWakeDescriptor() {
    wakeDescriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return wakeDescriptor;
}

}  // namespace

EndSignals::EndSignals(Workbench& bench, QObject* parent)
    : QObject(parent), m_bench(bench), m_notifier(openedWakeDescriptor(), QSocketNotifier::Read) {
    connect(&m_notifier, &QSocketNotifier::activated, this, &EndSignals::end);
    catchEndSignals(wake);
}

EndSignals::~EndSignals() {
    m_notifier.setEnabled(false);
    close(std::exchange(wakeDescriptor, -1));
}

void EndSignals::end() {
    m_notifier.setEnabled(false);
    m_bench.recovery.leaveCopy();
    m_bench.run.stop();
    constexpr int pollMs = 20;
    m_poll.setInterval(pollMs);
    connect(&m_poll, &QTimer::timeout, this, &EndSignals::quitWhenRunIsOver);
    m_poll.start();
    connect(&m_bench.run, &RunController::failed, this, [this](const Error& error) {
        std::fprintf(stderr, "%s\n", error.text().c_str());
        quit(notSavedStatus);
    });
    quitWhenRunIsOver();
}

/// Asks the run itself: the window may not know yet that it has begun.
void EndSignals::quitWhenRunIsOver() {
    endSilentDevices(usualDevicePatience);
    if (m_bench.run.isOver() && !m_bench.run.hasUnsavedRun()) quit(interruptedStatus);
}

void EndSignals::quit(int status) {
    m_poll.stop();
    const bool isUnsaved = m_bench.document.isModified();
    if (isUnsaved) std::fputs("Unsaved work was copied aside; the next start offers it.\n", stderr);
    if (const LiveRun* run = m_bench.run.run(); run && run->state() == RunState::Stopped)
        std::fprintf(stderr, "Interrupted; the run is saved. Train → Go on with a run… opens %s\n",
                     run->folder().c_str());
    QCoreApplication::exit(status);
}

}  // namespace vitrine::gui
