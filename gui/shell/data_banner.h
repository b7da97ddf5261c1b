// SPDX-License-Identifier: GPL-3.0-or-later
// Data banner: says above the canvas that the data of the project are not where it says, and asks
// where they are.
#pragma once

#include "gui/bridge/view_context.h"
#include "gui/shell/banner.h"

namespace vitrine::gui {

/// Hidden while nothing is missing, and, once put aside, until something else is.
class DataBanner : public PutAsideBanner {
    Q_OBJECT
  public:
    DataBanner(const ViewContext& context, QWidget* parent);

  private:
    void update();

    ViewContext m_context;
    QPushButton* m_locate;
};

}  // namespace vitrine::gui
