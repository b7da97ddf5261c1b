// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence and two buttons.
#include "gui/shell/silence_banner.h"

#include <QHBoxLayout>
#include <QPushButton>

#include "core/session/device_silence.h"
#include "gui/bridge/run_controller.h"
#include "gui/theme/theme.h"
#include "gui/widgets/wrapped_label.h"

namespace vitrine::gui {

SilenceBanner::SilenceBanner(const ViewContext& context, QWidget* parent)
    : QFrame(parent), m_context(context), m_what(new WrappedLabel(this)) {
    setObjectName(QStringLiteral("silenceBanner"));
    setAccessibleName(tr("The GPU does not answer"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::AlternateBase);
    m_what->setObjectName(QStringLiteral("silence.what"));
    auto* end = new QPushButton(tr("End its process"), this);
    end->setObjectName(QStringLiteral("silence.end"));
    end->setToolTip(tr(
        "The run goes on from its last checkpoint, with the GPU opened anew, or on the processor "
        "where that is chosen meanwhile."));
    connect(end, &QPushButton::clicked, this, [this] { endSilentDevices(m_patience); });
    auto* wait = new QPushButton(tr("Wait"), this);
    wait->setObjectName(QStringLiteral("silence.wait"));
    wait->setToolTip(tr("This is shown again when it is silent anew"));
    connect(wait, &QPushButton::clicked, this, [this] {
        m_isPutAside = true;
        hide();
    });
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(3 * space, 2 * space, 3 * space, 2 * space);
    layout->addWidget(m_what, 1);
    layout->addWidget(end);
    layout->addWidget(wait);
    constexpr int lookMs = 1000;
    m_timer.setInterval(lookMs);
    connect(&m_timer, &QTimer::timeout, this, &SilenceBanner::look);
    connect(&context.run, &RunController::phaseChanged, this, &SilenceBanner::lookOrNot);
    hide();
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
        m_what->setText(
            tr("The GPU has not answered for %1 s. A driver that compiles for a new GPU "
               "may take a minute; one that hangs never answers.")
                .arg(silence.count()));
}

}  // namespace vitrine::gui
