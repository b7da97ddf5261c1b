// SPDX-License-Identifier: GPL-3.0-or-later
// ChartsPanel: losses, metrics, learning rate and gradient norm of a run over its steps, before the
// ghost of the run before it. Knows no engine: it is told.
#pragma once

#include <QVariantMap>
#include <QWidget>

#include <functional>
#include <memory>
#include <optional>

#include "gui/views/charts/course_lines.h"
#include "gui/widgets/plot_export.h"

class QAction;
class QMenu;
class QSlider;
class QToolButton;

namespace vitrine::gui {

class EmptyState;
class ReadOut;
class StepPlot;
class Theme;

/// Window thread.
class ChartsPanel : public QWidget {
    Q_OBJECT
    /// What a person has chosen, kept from one start of the program to the next.
    Q_PROPERTY(QVariantMap viewState READ viewState WRITE setViewState)
  public:
    enum Panel { Loss, Metrics, LearningRate, GradNorm, panels };

    explicit ChartsPanel(Theme& theme, QWidget* parent = nullptr);

    /// Another run: the present one becomes the ghost, unless it never took a step. `name` tells
    /// runs apart: one that is gone on with is not its own ghost. `channels`: what its numbers are
    /// called.
    void startRun(const QString& name, const ChannelNames& channels);
    /// Another project: its runs are not to be compared with those of this one.
    void forgetRuns();
    void add(const std::vector<StepRecord>& records);
    void add(const RunEvent& event);
    /// What an empty panel says first, above what it is for.
    void setInvitation(const QString& text);
    /// Share of the past in smoothed lines, 0 … 0.99.
    void setSmoothing(double weight);

    StepPlot& plot() { return *m_plot; }
    const CourseLines& course() const { return *m_course; }
    bool hasGhost() const { return m_ghost != nullptr; }
    QVariantMap viewState() const;
    void setViewState(const QVariantMap& state);

  Q_SIGNALS:
    /// What came of an export.
    void saved(const QString& file);
    void saveFailed(const vitrine::Error& error);

  private:
    /// The series of one run, for a line of a panel.
    struct Line {
        Panel panel;
        int index;
        bool isGhost;
        std::function<const Series&(const CourseLines&)> series;
    };
    QWidget* buildBar();
    QWidget* buildSmoothing();
    QToolButton* buildMenu(const QString& text, const QString& name, QMenu* menu);
    void fillShowMenu(QMenu* menu);
    void fillLogMenu(QMenu* menu);
    void buildPanels();
    void buildLines();
    void buildLines(bool isGhost);
    void titleMetrics();
    void connectSeries();
    void courseChanged();
    QAction* action(const QString& menu, Panel panel) const;
    std::shared_ptr<const RunCourse> shownCourse() const;
    void read(std::optional<double> step);
    void showMenuAt(const QPoint& position);

    Theme& m_theme;
    double m_weight = 0.9;
    StepPlot* m_plot;
    ReadOut* m_readOut;
    EmptyState* m_empty;
    QSlider* m_smoothing = nullptr;
    std::shared_ptr<CourseLines> m_course, m_ghost;
    QString m_courseName, m_ghostName;
    std::vector<Line> m_lines;
    std::optional<double> m_cursor;
    PlotExport m_exports;  ///< gone before the plot
};

}  // namespace vitrine::gui
