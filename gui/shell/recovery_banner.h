// SPDX-License-Identifier: GPL-3.0-or-later
// Recovery banner: offers the work of a session that ended with it unsaved, above the canvas.
#pragma once

#include "gui/shell/banner.h"
#include "gui/shell/recovery.h"

class QComboBox;

namespace vitrine::gui {

/// Hidden where there is nothing to offer. `Later` leaves the copies on disk.
class RecoveryBanner : public Banner {
    Q_OBJECT
  public:
    RecoveryBanner(Recovery& recovery, QWidget* parent);
    void offer();

  Q_SIGNALS:
    void chosen(const vitrine::gui::LostWork& work);

  private:
    void sayWhy();
    Recovery& m_recovery;
    std::vector<LostWork> m_lost;
    QComboBox* m_which;
};

}  // namespace vitrine::gui
