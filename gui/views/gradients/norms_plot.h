// SPDX-License-Identifier: GPL-3.0-or-later
// NormsPlot: the size of every row of a GradientModel over steps, one line each, coloured by depth.
#pragma once

#include <QStringList>
#include <QWidget>

#include "gui/models/gradient_model.h"

namespace vitrine::gui {

class ReadOut;
class StepPlot;
class Theme;

/// Window thread.
class NormsPlot : public QWidget {
    Q_OBJECT
  public:
    NormsPlot(const GradientModel& model, Theme& theme, QWidget* parent = nullptr);
    void setSelectedNodes(const QStringList& nodes);
    StepPlot& plot() { return *m_plot; }

  private:
    void rebuild();
    void takeSamples();
    void read(std::optional<double> step);
    int emphasisedRow() const;

    const GradientModel& m_model;
    Theme& m_theme;
    StepPlot* m_plot;
    ReadOut* m_readOut;
    QStringList m_selected;
    double m_lastStep = 0;
};

}  // namespace vitrine::gui
