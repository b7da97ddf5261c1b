// SPDX-License-Identifier: GPL-3.0-or-later
// StepPlot: panels of lines over the steps of a run. It follows what comes until a person zooms or
// drags; from then on it stays where it was put.
#pragma once

#include <QTimer>

#include <qcustomplot.h>

#include <memory>
#include <optional>
#include <vector>

#include "gui/widgets/plot_panel.h"

class QPicture;

namespace vitrine::gui {

/// Window thread. Wheel: zooms over steps, over the axis of values or with Ctrl: over values. Drag:
/// pans. Double click: everything again, following. A click on a legend toggles its line.
class StepPlot : public QCustomPlot {
    Q_OBJECT
  public:
    explicit StepPlot(Theme& theme, QWidget* parent = nullptr);
    ~StepPlot() override;

    /// A share is shown as per cent.
    PlotPanel& addPanel(const QString& title, bool isShare = false);
    PlotPanel& panel(int index) { return *m_panels[static_cast<size_t>(index)]; }
    void setPanelVisible(int index, bool visible);

    /// The last step that there is, and where epochs end. Shown at the next refresh().
    void setCourse(double lastStep, std::vector<double> borders);
    /// Draws what has changed, soon, one panel after another: not more than 15 times a second, and
    /// not while out of sight.
    void refresh();
    /// After colours or lines have changed.
    void restyle();
    /// Everything, and from now on what comes.
    void follow();
    bool isFollowing() const { return m_isFollowing; }
    QCPRange shownSteps() const;
    /// Records what is drawn, in parts that follow each other: part 0 is the ground with titles and
    /// legends, each further one a visible panel. False where there is no such part.
    bool recordPart(int part, QPicture& picture);
    QCPRange everything() const;

  Q_SIGNALS:
    /// Where the mouse is; nothing: outside.
    void cursorMoved(std::optional<double> step);
    void followingChanged(bool following);

  protected:
    /// Two rows of panels, whatever the layout is just now: docks must not grow for it.
    QSize minimumSizeHint() const override { return {240, 218}; }
    void wheelEvent(QWheelEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void arrange();
    bool isSeen() const;
    void drawSome();
    void fill();
    void setSteps(const QCPRange& range);
    void rangeDragged(const QCPRange& range);
    void stopFollowing();
    void moveCursor(std::optional<double> step);
    void legendClicked(QCPAbstractLegendItem* item);
    std::vector<PlotPanel*> visiblePanels() const;
    int panelAt(const QPointF& position) const;
    int columnsFor(int visiblePanels) const;

    Theme& m_theme;
    std::vector<std::unique_ptr<PlotPanel>> m_panels;
    std::vector<double> m_borders;
    double m_lastStep = 0;
    bool m_isFollowing = true, m_isSettingRange = false, m_isStale = true, m_needsLayout = true;
    size_t m_nextPanel = 0;  ///< of the round that is being drawn
    int m_columns = 0;
    QTimer m_soon;
};

}  // namespace vitrine::gui
