// SPDX-License-Identifier: GPL-3.0-or-later
// StatisticsGrid: a tensor's statistics in two columns of name and number.
#pragma once

#include <QWidget>

#include <vector>

#include "core/probe/histogram.h"

class QLabel;

namespace vitrine::gui {

class Theme;

/// Window thread.
class StatisticsGrid : public QWidget {
    Q_OBJECT
  public:
    explicit StatisticsGrid(const Theme& theme, QWidget* parent = nullptr);
    void setStatistics(const TensorStatistics& statistics);

  private:
    QLabel* addPair(const QString& name, const QString& tip, int row, int column);
    const Theme& m_theme;
    QLabel *m_count, *m_minimum, *m_mean, *m_maximum, *m_norm, *m_zeros, *m_nonFinite;
};

}  // namespace vitrine::gui
