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
#include "gui/widgets/plot_heading.h"

class QCPAxisRect;
class QCPGraph;
class QCPItemStraightLine;
class QCPItemText;
class QCPLayer;
class QCPLayoutGrid;
class QCustomPlot;

namespace vitrine::gui {

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
    /// Of an earlier run: thin and grey, in the legend only while there is one, switched there
    /// together with the other ghosts.
    bool isGhost = false;
    /// Made from another line of the panel, smoothed: it sets the axis only where that is hidden. A
    /// spike lasts long in it.
    bool isDerived = false;
};

/// Window thread. Graphs, axes and items belong to the plot and stand in a layer of the panel's
/// own, so that one panel can be drawn anew by itself.
///
/// Unless a person has chosen it, the axis of values follows axisExtent() of the lines that are
/// shown, ghosts left out: they are clipped. Only where no other line has a value, ghosts set it.
/// A logarithmic axis shows what is not positive as a mark at its lower end, and every axis what is
/// not finite as a cross at its upper end; the legend names either.
class PlotPanel {
  public:
    PlotPanel(QCustomPlot& plot, const QString& title, bool isShare);

    /// A share is shown as per cent.
    void setTitle(const QString& title, bool isShare);
    int addLine(PlotLineSpec spec);
    void clearLines();
    /// Not owned; null: nothing.
    void setSeries(int line, const Series* series);
    void setLineVisible(int line, bool visible);
    bool isLineVisible(int line) const { return m_lines[static_cast<size_t>(line)].visible; }
    /// Hides or shows a line, and with a ghost all ghosts.
    void toggleLine(int line);
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
    /// How wide the panel will be, in pixels.
    void setRoom(int width) { m_heading.setRoom(width); }

    /// Fills the graphs for the steps that are shown and, unless a person chose it, fits the other
    /// axis to them. `borders` ascend. True where the legend has changed: the plot's layout must be
    /// made anew.
    bool fill(std::span<const double> borders);
    /// Draws what fill() has filled; the layout is as it was.
    void draw();
    void zoomValues(double factor, double pixelY);
    void fitValues();
    void setCursor(const double* step);  ///< null: none
    void restyle(const Theme& theme);

    QCPAxisRect* rect() const { return m_rect; }
    /// Title, legend and axes: what stands in the plot's layout.
    QCPLayoutGrid* frame() const { return m_frame; }
    QCPLayer* layer() const { return m_layer; }

  private:
    struct Line {
        PlotLineSpec spec;
        QCPGraph* graph = nullptr;
        const Series* series = nullptr;
        bool visible = true;
        bool isShown() const { return visible && series; }
    };
    void buildAxes();
    void buildMarks();
    QCPGraph* addMarks(const QString& name);
    void applyPen(const Line& line, bool emphasised, const Theme& theme);
    void fillLine(const Line& line, double from, double to, std::vector<double>& notPositive);
    void fillBorders(std::span<const double> borders, double from, double to);
    void fillMarks(std::vector<double> notPositive, double from, double to);
    std::vector<PlotHeading::Entry> legend() const;
    struct Kind {
        bool ghosts, derived;
    };
    Extent extentOf(Kind kind, double from, double to) const;
    void fitTo(double from, double to);
    int columnsOfALine() const;

    QCustomPlot& m_plot;
    QCPLayoutGrid* m_frame;
    QCPLayer* m_layer;
    QCPAxisRect* m_rect;
    PlotHeading m_heading;
    QCPItemStraightLine* m_cursor = nullptr;
    QCPItemText* m_stepName = nullptr;
    QCPGraph *m_borders = nullptr, *m_nonFinite = nullptr, *m_notPositive = nullptr;
    std::vector<Line> m_lines;
    bool m_isShare, m_isLog = false, m_isVisible = true, m_isValuesChosen = false;
    int m_emphasis = -1;
};

}  // namespace vitrine::gui
