// SPDX-License-Identifier: GPL-3.0-or-later
// One plan at a time; an edit that comes meanwhile starts another.
#include "gui/bridge/plan_keeper.h"

#include <utility>

#include "gui/bridge/freed_elsewhere.h"

namespace vitrine::gui {

PlanKeeper::PlanKeeper(Document& document, QObject* parent)
    : QObject(parent), m_document(document) {
    constexpr int delayMs = 120;  // somebody may still be typing
    m_delay.setSingleShot(true);
    m_delay.setInterval(delayMs);
    connect(&m_delay, &QTimer::timeout, this, &PlanKeeper::plan);
    connect(&m_planning, &BackgroundWork::finished, this, &PlanKeeper::planIsThere);
    connect(&document, &Document::replaced, this, &PlanKeeper::forget);
    connect(&document, &Document::settingsChanged, &m_delay, qOverload<>(&QTimer::start));
    connect(&document, &Document::graphChanged, this, [this] {
        if (m_document.lastChange().changesMeaning) m_delay.start();
    });
    m_delay.start();
}

void PlanKeeper::shutDown() {
    m_delay.stop();
    m_planning.waitForFinished();
}

void PlanKeeper::forget() {
    m_isOutdated = m_planning.isRunning();
    m_tape.reset();
    m_error.reset();
    changed();
}

void PlanKeeper::plan() {
    if (m_planning.isRunning()) {
        m_delay.start();
        return;
    }
    m_planning.run("planning the network",
                   [project = m_document.project()] { return planTraining(project); });
}

void PlanKeeper::planIsThere() {
    const Planned planned = m_planning.take();
    if (std::exchange(m_isOutdated, false)) return;
    m_tape = planned ? freedElsewhere(*planned) : nullptr;
    m_error.reset();
    if (!planned) m_error = planned.error();
    changed();
}

}  // namespace vitrine::gui
