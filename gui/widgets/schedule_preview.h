// SPDX-License-Identifier: GPL-3.0-or-later
// SchedulePreview: the learning rate over the epochs of a run that has not begun.
#pragma once

#include <qcustomplot.h>

#include "gui/models/schedule_curve.h"

namespace vitrine::gui {

class Theme;

/// Window thread. Nothing in it can be moved: it is a picture with two axes.
class SchedulePreview : public QCustomPlot {
    Q_OBJECT
  public:
    static constexpr int points = 400;

    SchedulePreview(Theme& theme, QWidget* parent);
    void setCurve(const ScheduleCurve& curve, double epochs);

  protected:
    /// The form that it stands in is what scrolls.
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }

  private:
    void restyle();
    Theme& m_theme;
    QCPGraph* m_line;
};

}  // namespace vitrine::gui
