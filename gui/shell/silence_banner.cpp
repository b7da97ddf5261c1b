// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence and two buttons.
#include "gui/shell/silence_banner.h"

#include "gui/bridge/run_controller.h"

namespace vitrine::gui {

SilenceBanner::SilenceBanner(const ViewContext& context, QWidget* parent)
    : Banner("silence", tr("The GPU does not answer"), parent), m_context(context) {
    addButton(tr("End its process"), "end",
              tr("The run goes on from its last checkpoint, with the GPU opened anew, or on the "
                 "processor where that is chosen meanwhile."),
              [this] { endSilentDevices(m_patience); });
    addButton(tr("Wait"), "wait", tr("This is shown again when it is silent anew"), [this] {
        m_isPutAside = true;
        hide();
    });
    constexpr int lookMs = 1000;
    m_timer.setInterval(lookMs);
    connect(&m_timer, &QTimer::timeout, this, &SilenceBanner::look);
    connect(&context.run, &RunController::phaseChanged, this, &SilenceBanner::lookOrNot);
    lookOrNot();
}

void SilenceBanner::lookOrNot() {
    if (m_context.run.isBusy() && !m_timer.isActive()) m_timer.start();
    if (!m_context.run.isBusy()) m_timer.stop();
    look();
}

void SilenceBanner::look() {
    const auto silence = std::chrono::duration_cast<std::chrono::seconds>(deviceSilence());
    const bool isSilent = m_context.run.isBusy() && silence >= m_patience;
    if (!isSilent) m_isPutAside = false;
    setVisible(isSilent && !m_isPutAside);
    if (isSilent)
        sentence().setText(
            tr("The GPU has not answered for %1 s. A driver that compiles for a new GPU "
               "may take a minute; one that hangs never answers.")
                .arg(silence.count()));
}

}  // namespace vitrine::gui
