// SPDX-License-Identifier: GPL-3.0-or-later
// Silence banner: says above the canvas that the GPU does not answer, and ends the waiting at a
// click.
#pragma once

#include <QTimer>

#include <chrono>

#include "core/session/device_silence.h"
#include "gui/bridge/view_context.h"
#include "gui/shell/banner.h"

namespace vitrine::gui {

/// Hidden while the GPU answers, or nobody asks it anything. Looks once a second while a run is
/// being opened or goes on.
class SilenceBanner : public Banner {
    Q_OBJECT
  public:
    SilenceBanner(const ViewContext& context, QWidget* parent);
    /// So long nobody is told.
    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }

  private:
    void look();
    void lookOrNot();

    ViewContext m_context;
    QTimer m_timer;
    std::chrono::milliseconds m_patience = usualDevicePatience;
    bool m_isPutAside = false;  ///< this silence, by a person who waits
};

}  // namespace vitrine::gui
