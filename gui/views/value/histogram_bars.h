// SPDX-License-Identifier: GPL-3.0-or-later
// HistogramBars: a histogram over sign and magnitude, from large negative numbers through zero to
// large positive ones.
#pragma once

#include <QWidget>

#include "core/probe/histogram.h"

namespace vitrine::gui {

class Theme;

/// Window thread.
class HistogramBars : public QWidget {
    Q_OBJECT
  public:
    explicit HistogramBars(Theme& theme, QWidget* parent = nullptr);
    void setHistogram(const LogHistogram& histogram);
    /// `0.125 … 0.25: 1,204 elements`, of the bar at a place across the widget.
    QString tipAt(double x) const;
    QSize sizeHint() const override { return {240, 84}; }
    QSize minimumSizeHint() const override { return {120, 64}; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

  private:
    double barWidth() const;
    void paintTicks(QPainter& painter, double bottom) const;
    Theme& m_theme;
    LogHistogram m_histogram;
};

}  // namespace vitrine::gui
