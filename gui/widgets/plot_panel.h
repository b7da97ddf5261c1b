// SPDX-License-Identifier: GPL-3.0-or-later
// PlotPanel: one frame of a StepPlot: its axes, its lines, and what it draws for a range of steps.
#pragma once

#include <QColor>
#include <QString>

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "gui/models/series.h"

class QCPAxisRect;
class QCPGraph;
class QCPItemStraightLine;
class QCPLayoutGrid;
class QCPLegend;
class QCPTextElement;
class QCustomPlot;

namespace vitrine::gui {

class Theme;

enum class LineLook {
    Main,   ///< two pixels, the one to look at
    Plain,  ///< one pixel
    Faint,  ///< one pixel, half hidden: what is noisy
    Dotted  ///< with a dot at each point: rare numbers
};

struct PlotLineSpec {
    QString name;  ///< in the legend; empty: not there
    std::function<QColor(const Theme&)> colour;
    LineLook look = LineLook::Main;
    bool isGhost = false;  ///< of an earlier run: thin and grey
};

/// Window thread. The graphs belong to the plot.
class PlotPanel {
  public:
    PlotPanel(QCustomPlot& plot, const QString& title, bool isShare);

    int addLine(PlotLineSpec spec);
    void clearLines();
    /// Not owned; null: nothing.
    void setSeries(int line, const Series* series);
    void setLineVisible(int line, bool visible);
    bool isLineVisible(int line) const { return m_lines[static_cast<size_t>(line)].visible; }
    /// Drawn wider than the others; −1: none.
    void setEmphasis(int line, const Theme& theme);
    /// The line of a graph, −1: another's.
    int lineOf(const void* graph) const;

    void setLogScale(bool on);
    bool isLogScale() const { return m_isLog; }
    void setVisible(bool visible);
    bool isVisible() const { return m_isVisible; }
    /// Numbers at the step axis.
    void setStepLabels(bool on);

    /// Fills the graphs for the steps that are shown and, unless a person chose it, fits the other
    /// axis to them. `borders` ascend.
    void fill(std::span<const double> borders);
    void zoomValues(double factor, double pixelY);
    void fitValues();
    void setCursor(const double* step);  ///< null: none
    void restyle(const Theme& theme);

    QCPAxisRect* rect() const { return m_rect; }
    /// Title, legend and axes: what stands in the plot's layout.
    QCPLayoutGrid* frame() const { return m_frame; }

  private:
    struct Line {
        PlotLineSpec spec;
        QCPGraph* graph = nullptr;
        const Series* series = nullptr;
        bool visible = true;
    };
    void buildAxes();
    void buildHeading(const QString& title);
    void buildMarks();
    void applyPen(const Line& line, bool emphasised, const Theme& theme);
    void fillLine(const Line& line, double from, double to);
    void fillBorders(std::span<const double> borders, double from, double to);
    void fillNonFinite(double from, double to);
    void fitTo(double from, double to);

    QCustomPlot& m_plot;
    QCPLayoutGrid* m_frame;
    QCPAxisRect* m_rect;
    QCPLegend* m_legend = nullptr;
    QCPTextElement* m_title = nullptr;
    QCPItemStraightLine* m_cursor = nullptr;
    QCPGraph *m_borders = nullptr, *m_nonFinite = nullptr;
    std::vector<Line> m_lines;
    bool m_isShare, m_isLog = false, m_isVisible = true, m_isValuesChosen = false;
    int m_emphasis = -1;
};

}  // namespace vitrine::gui
