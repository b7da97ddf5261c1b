// SPDX-License-Identifier: GPL-3.0-or-later
// Prediction banner: says above the canvas which prediction is stepped through, with whose weights,
// and what has come of it.
#pragma once

#include <QFrame>

#include "gui/bridge/view_context.h"

class QLabel;
class QPushButton;

namespace vitrine::gui {

/// Hidden while none is.
class PredictionBanner : public QFrame {
    Q_OBJECT
  public:
    PredictionBanner(const ViewContext& context, QWidget* parent);

  private:
    void update();

    ViewContext m_context;
    QLabel* m_what;
    QPushButton* m_again;  ///< while it has ended
};

}  // namespace vitrine::gui
