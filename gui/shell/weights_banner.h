// SPDX-License-Identifier: GPL-3.0-or-later
// Weights banner: says above the canvas which file of weights the project misses, and asks where it
// is.
#pragma once

#include "gui/bridge/lost_weights.h"
#include "gui/bridge/view_context.h"
#include "gui/shell/banner.h"

namespace vitrine::gui {

/// Hidden while no file is missing, and, once put aside, until another one is.
class WeightsBanner : public PutAsideBanner {
    Q_OBJECT
  public:
    WeightsBanner(const ViewContext& context, QWidget* parent);

    LostWeights& lost() { return m_lost; }

  Q_SIGNALS:
    void refused(const vitrine::Error& error);
    void message(const QString& text);

  private:
    void update();
    void locate();

    LostWeights m_lost;
};

}  // namespace vitrine::gui
