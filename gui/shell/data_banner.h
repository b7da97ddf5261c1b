// SPDX-License-Identifier: GPL-3.0-or-later
// Data banner: says above the canvas that the data of the project are not where it says, and asks
// where they are.
#pragma once

#include <QFrame>

#include "gui/bridge/view_context.h"

class QLabel;
class QPushButton;

namespace vitrine::gui {

/// Hidden while nothing is missing, and, once put aside, until something else is.
class DataBanner : public QFrame {
    Q_OBJECT
  public:
    DataBanner(const ViewContext& context, QWidget* parent);

  private:
    void update();

    ViewContext m_context;
    QLabel* m_what;
    QPushButton* m_locate;
    QString m_putAside;  ///< the sentence that nobody wants to read again
};

}  // namespace vitrine::gui
