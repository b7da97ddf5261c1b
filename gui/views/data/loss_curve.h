// SPDX-License-Identifier: GPL-3.0-or-later
// LossCurve: how well the network knew one example, evaluation by evaluation.
#pragma once

#include <QWidget>

#include <vector>

#include "gui/models/sample_answers.h"

namespace vitrine::gui {

class Theme;

/// Window thread. Values at both ends are written at its side, the epochs below.
class LossCurve : public QWidget {
    Q_OBJECT
  public:
    explicit LossCurve(Theme& theme, QWidget* parent = nullptr);
    void setCourse(std::vector<LossAtEpoch> course);
    const std::vector<LossAtEpoch>& course() const { return m_course; }

    QSize sizeHint() const override { return {180, 84}; }
    QSize minimumSizeHint() const override { return {96, 64}; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

  private:
    QRectF area() const;
    QPointF placeOf(const LossAtEpoch& point) const;

    Theme& m_theme;
    std::vector<LossAtEpoch> m_course;
    double m_largest = 1;
};

}  // namespace vitrine::gui
