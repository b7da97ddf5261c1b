// SPDX-License-Identifier: GPL-3.0-or-later
// Prediction banner: says above the canvas which prediction is stepped through, with whose weights,
// and what has come of it.
#pragma once

#include "gui/bridge/view_context.h"
#include "gui/shell/banner.h"

namespace vitrine::gui {

/// Hidden while none is.
class PredictionBanner : public Banner {
    Q_OBJECT
  public:
    PredictionBanner(const ViewContext& context, QWidget* parent);

  private:
    void update();

    ViewContext m_context;
    QPushButton* m_again;  ///< while it has ended
};

}  // namespace vitrine::gui
