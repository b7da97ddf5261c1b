// SPDX-License-Identifier: GPL-3.0-or-later
// PrecisionBox: what the next run on a GPU rounds the factors of its products to.
#pragma once

#include <QComboBox>

namespace vitrine::gui {

class RunController;

class PrecisionBox : public QComboBox {
    Q_OBJECT
  public:
    PrecisionBox(RunController& run, QWidget* parent);

  private:
    void showChosen();

    RunController& m_run;
};

}  // namespace vitrine::gui
