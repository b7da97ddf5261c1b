// SPDX-License-Identifier: GPL-3.0-or-later
// PlotHeading: title and legend of a panel in a row above its axes, so that they hide no data.
#pragma once

#include <QFont>
#include <QString>

#include <vector>

class QCPAbstractPlottable;
class QCPLayoutGrid;
class QCPLegend;
class QCPTextElement;
class QCustomPlot;

namespace vitrine::gui {

class Theme;

/// Window thread. Owned parts belong to the plot.
class PlotHeading {
  public:
    /// Named by its plottable. Where there is not room for all, the ones that matter least go,
    /// whole: names are never cut.
    struct Entry {
        QCPAbstractPlottable* plottable = nullptr;
        int weight = 0;
        bool operator==(const Entry&) const = default;
    };

    /// Becomes the first row of `frame`.
    PlotHeading(QCustomPlot& plot, QCPLayoutGrid& frame, const QString& title);
    /// True where the row has become another: the layout must be made anew.
    bool setEntries(const std::vector<Entry>& entries);
    /// How wide the panel is, in pixels.
    void setRoom(int width) { m_room = width; }
    void setTitle(const QString& title);
    void clear();
    void restyle(const Theme& theme, const QFont& font);

  private:
    int widthOf(const Entry& entry) const;
    std::vector<Entry> fitting(std::vector<Entry> entries) const;

    QCPTextElement* m_title;
    QCPLegend* m_legend;
    std::vector<Entry> m_shown;
    QFont m_font;
    int m_room = 0;  ///< 0: not known, room for all
};

}  // namespace vitrine::gui
