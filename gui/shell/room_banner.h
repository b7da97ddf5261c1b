// SPDX-License-Identifier: GPL-3.0-or-later
// Room banner: says above the canvas that a batch has no room on the GPU, and trains in smaller
// ones, which give the same updates, at a click.
#pragma once

#include "core/session/live_run.h"
#include "gui/bridge/view_context.h"
#include "gui/shell/banner.h"

namespace vitrine::gui {

/// Hidden unless the last start was refused for that.
class RoomBanner : public Banner {
    Q_OBJECT
  public:
    RoomBanner(const ViewContext& context, QWidget* parent);

  private:
    void update();
    void trainSmaller();

    ViewContext m_context;
    QPushButton* m_train;
    FittingBatch m_fitting;
};

}  // namespace vitrine::gui
