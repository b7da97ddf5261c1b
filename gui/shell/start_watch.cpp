// SPDX-License-Identifier: GPL-3.0-or-later
// A timer that ticks all along: where a tick comes late, the window would not have answered.
#include "gui/shell/start_watch.h"

#include <QCoreApplication>
#include <QEvent>
#include <QWidget>

#include <chrono>
#include <cstdio>

namespace vitrine::gui {

namespace {

constexpr int beatMs = 5;
constexpr qint64 answeredMs = 50, watchedNs = 1'000'000'000;

qint64 nowNs() {
    using namespace std::chrono;
    return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

StartWatch::StartWatch(QWidget& window) : QObject(&window) {
    window.installEventFilter(this);
    m_beats.setInterval(beatMs);
    m_beats.setTimerType(Qt::PreciseTimer);
    connect(&m_beats, &QTimer::timeout, this, &StartWatch::beat);
}

bool StartWatch::eventFilter(QObject* watched, QEvent* event) {
    const bool isPainted = event->type() == QEvent::Paint && m_firstPicture == 0;
    if (!isPainted) return QObject::eventFilter(watched, event);
    m_firstPicture = -1;  // what is painted is handed over when this event has been dealt with
    QTimer::singleShot(0, this, [this] {
        m_firstPicture = m_interactive = nowNs();
        m_sinceBeat.start();
        m_beats.start();
    });
    return QObject::eventFilter(watched, event);
}

void StartWatch::beat() {
    const qint64 now = nowNs();
    if (m_sinceBeat.restart() > answeredMs) m_interactive = now;
    if (now - m_firstPicture < watchedNs) return;
    std::printf("first_picture %lld\ninteractive %lld\n", static_cast<long long>(m_firstPicture),
                static_cast<long long>(m_interactive));
    std::fflush(stdout);
    QCoreApplication::quit();
}

}  // namespace vitrine::gui
