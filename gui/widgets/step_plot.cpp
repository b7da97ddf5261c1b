// SPDX-License-Identifier: GPL-3.0-or-later
// Arranging, following, zooming and reading of panels.
#include "gui/widgets/step_plot.h"

#include <QPicture>
#include <QScopedValueRollback>

#include <algorithm>
#include <cmath>
#include <map>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int millisecondsBetweenPlots = 66;
constexpr double fewestSteps = 4;  ///< that the wheel zooms to

}  // namespace

StepPlot::StepPlot(Theme& theme, QWidget* parent) : QCustomPlot(parent), m_theme(theme) {
    setObjectName(QStringLiteral("stepPlot"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setInteractions(QCP::iRangeDrag);
    setAutoAddPlottableToLegend(false);
    setPlottingHint(QCP::phFastPolylines);
    setNoAntialiasingOnDrag(true);
    plotLayout()->clear();
    plotLayout()->setRowSpacing(0);
    plotLayout()->setColumnSpacing(0);
    addLayer(QStringLiteral("cursor"));
    layer(QStringLiteral("cursor"))->setMode(QCPLayer::lmBuffered);
    m_soon.setObjectName(QStringLiteral("StepPlot.soon"));
    m_soon.setSingleShot(true);
    m_soon.setInterval(millisecondsBetweenPlots);
    connect(&m_soon, &QTimer::timeout, this, &StepPlot::drawSome);
    connect(this, &QCustomPlot::beforeReplot, this, &StepPlot::fill);
    connect(this, &QCustomPlot::legendClick, this,
            [this](QCPLegend*, QCPAbstractLegendItem* item) { legendClicked(item); });
    connect(&theme, &Theme::changed, this, &StepPlot::restyle);
    restyle();
}

StepPlot::~StepPlot() {
    // The layout owns what stands in it.
    for (const auto& panel : m_panels) panel->setVisible(true);
    m_columns = 0;
    arrange();
}

PlotPanel& StepPlot::addPanel(const QString& title, bool isShare) {
    m_panels.push_back(std::make_unique<PlotPanel>(*this, title, isShare));
    PlotPanel& panel = *m_panels.back();
    connect(panel.rect()->axis(QCPAxis::atBottom),
            qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &StepPlot::rangeDragged);
    panel.restyle(m_theme);
    m_columns = 0;
    arrange();
    setSteps(shownSteps());
    return panel;
}

void StepPlot::setPanelVisible(int index, bool visible) {
    panel(index).setVisible(visible);
    m_columns = 0;
    arrange();
    refresh();
}

/// Two columns where one would make the panels too low to read.
int StepPlot::columnsFor(int visiblePanels) const {
    constexpr int lowestPanel = 110, narrowestPanel = 240;
    const bool tooLow = height() < lowestPanel * visiblePanels;
    return visiblePanels > 1 && tooLow && width() >= 2 * narrowestPanel ? 2 : 1;
}

std::vector<PlotPanel*> StepPlot::visiblePanels() const {
    std::vector<PlotPanel*> visible;
    for (const auto& panel : m_panels)
        if (panel->isVisible()) visible.push_back(panel.get());
    return visible;
}

void StepPlot::arrange() {
    const std::vector<PlotPanel*> visible = visiblePanels();
    const int columns = columnsFor(static_cast<int>(visible.size()));
    for (const auto& panel : m_panels) panel->setRoom(width() / columns);
    if (columns == m_columns) return;
    m_columns = columns;
    m_needsLayout = true;
    for (const auto& panel : m_panels)
        if (panel->frame()->layout()) plotLayout()->take(panel->frame());
    plotLayout()->simplify();
    const int count = static_cast<int>(visible.size());
    for (int i = 0; i < count; ++i) {
        PlotPanel& panel = *visible[static_cast<size_t>(i)];
        plotLayout()->addElement(i / columns, i % columns, panel.frame());
        panel.setStepLabels(i + columns >= count);
    }
}

void StepPlot::setCourse(double lastStep, std::vector<double> borders) {
    m_lastStep = lastStep;
    m_borders = std::move(borders);
}

/// Docks behind others of the same place are visible for Qt, but out of sight.
bool StepPlot::isSeen() const { return isVisible() && !visibleRegion().isEmpty(); }

void StepPlot::refresh() {
    m_isStale = true;
    if (isSeen() && !m_soon.isActive()) m_soon.start(millisecondsBetweenPlots);
}

/// A turn: one panel, or where the layout has changed all of them. The others follow in turns of
/// their own.
void StepPlot::drawSome() {
    if (!isSeen()) return;
    if (m_needsLayout || hasInvalidatedPaintBuffers()) {
        replot(rpQueuedRefresh);
        return;
    }
    if (m_nextPanel == 0) {
        m_isStale = false;
        if (m_isFollowing) setSteps(everything());
    }
    while (m_nextPanel < m_panels.size() && !m_panels[m_nextPanel]->isVisible()) ++m_nextPanel;
    if (m_nextPanel < m_panels.size()) {
        PlotPanel& next = *m_panels[m_nextPanel++];
        if (next.fill(m_borders))
            m_needsLayout = true;
        else
            next.draw();
    }
    if (m_nextPanel < m_panels.size() || m_needsLayout) {
        m_soon.start(0);
        return;
    }
    m_nextPanel = 0;
    if (m_isStale) m_soon.start(millisecondsBetweenPlots);
}

/// Right before everything is drawn.
void StepPlot::fill() {
    m_isStale = m_needsLayout = false;
    m_nextPanel = 0;
    if (m_isFollowing) setSteps(everything());
    for (const auto& panel : m_panels)
        if (panel->isVisible()) panel->fill(m_borders);
}

bool StepPlot::recordPart(int part, QPicture& picture) {
    const std::vector<PlotPanel*> visible = visiblePanels();
    if (part > static_cast<int>(visible.size())) return false;
    PlotPanel* only = part == 0 ? nullptr : visible[static_cast<size_t>(part - 1)];
    if (only) only->fill(m_borders);
    std::map<QCPLayer*, bool> before;
    for (int i = 0; i < layerCount(); ++i) before[layer(i)] = layer(i)->visible();
    // What stands in the layout is only seen while the layout's own layer is: it stays.
    layer(QStringLiteral("legend"))->setVisible(!only);
    layer(QStringLiteral("cursor"))->setVisible(false);
    for (const PlotPanel* panel : visible) panel->layer()->setVisible(panel == only);
    if (only) setBackground(QBrush(Qt::NoBrush));
    {
        QCPPainter painter(&picture);
        painter.setMode(QCPPainter::pmVectorized);
        toPainter(&painter, width(), height());
    }
    setBackground(QBrush(m_theme.tokens().panel));
    for (const auto& [each, isVisible] : before) each->setVisible(isVisible);
    return true;
}

void StepPlot::restyle() {
    setBackground(QBrush(m_theme.tokens().panel));
    for (const auto& panel : m_panels) panel->restyle(m_theme);
    m_needsLayout = true;
    refresh();
}

/// With a little room for marks at the last step.
QCPRange StepPlot::everything() const { return {0, 1.01 * std::max(m_lastStep, 5 * fewestSteps)}; }

QCPRange StepPlot::shownSteps() const {
    if (m_panels.empty()) return everything();
    return m_panels.front()->rect()->axis(QCPAxis::atBottom)->range();
}

void StepPlot::setSteps(const QCPRange& range) {
    const QScopedValueRollback guard(m_isSettingRange, true);
    for (const auto& panel : m_panels) panel->rect()->axis(QCPAxis::atBottom)->setRange(range);
}

void StepPlot::rangeDragged(const QCPRange& range) {
    if (m_isSettingRange) return;
    stopFollowing();
    setSteps(range);
}

void StepPlot::stopFollowing() {
    if (!m_isFollowing) return;
    m_isFollowing = false;
    followingChanged(false);
}

void StepPlot::follow() {
    for (const auto& panel : m_panels) panel->fitValues();
    if (!m_isFollowing) {
        m_isFollowing = true;
        followingChanged(true);
    }
    refresh();
}

int StepPlot::panelAt(const QPointF& position) const {
    for (size_t i = 0; i < m_panels.size(); ++i)
        if (m_panels[i]->isVisible() &&
            m_panels[i]->frame()->outerRect().contains(position.toPoint()))
            return static_cast<int>(i);
    return -1;
}

void StepPlot::wheelEvent(QWheelEvent* event) {
    const int index = panelAt(event->position());
    if (index < 0) return;
    event->accept();
    PlotPanel& under = panel(index);
    const double factor = std::pow(0.85, event->angleDelta().y() / 120.0);
    const bool isOnValues = event->position().x() < under.rect()->left();
    if (isOnValues || event->modifiers().testFlag(Qt::ControlModifier)) {
        under.zoomValues(factor, event->position().y());
    } else {
        QCPAxis* steps = under.rect()->axis(QCPAxis::atBottom);
        QCPRange range = steps->range();
        const double centre = steps->pixelToCoord(event->position().x());
        const double by = std::max(factor, fewestSteps / range.size());
        range.lower = centre + (range.lower - centre) * by;
        range.upper = centre + (range.upper - centre) * by;
        stopFollowing();
        setSteps(range);
    }
    refresh();
}

void StepPlot::mouseMoveEvent(QMouseEvent* event) {
    QCustomPlot::mouseMoveEvent(event);
    const int index = panelAt(event->position());
    if (index < 0) return moveCursor(std::nullopt);
    const QCPAxisRect* rect = panel(index).rect();
    if (event->position().x() < rect->left() || event->position().x() > rect->right())
        return moveCursor(std::nullopt);
    moveCursor(rect->axis(QCPAxis::atBottom)->pixelToCoord(event->position().x()));
}

void StepPlot::mouseDoubleClickEvent(QMouseEvent* event) {
    event->accept();
    follow();
}

void StepPlot::leaveEvent(QEvent* event) {
    QCustomPlot::leaveEvent(event);
    moveCursor(std::nullopt);
}

void StepPlot::moveCursor(std::optional<double> step) {
    for (const auto& panel : m_panels) panel->setCursor(step ? &*step : nullptr);
    layer(QStringLiteral("cursor"))->replot();
    cursorMoved(step);
}

void StepPlot::legendClicked(QCPAbstractLegendItem* item) {
    auto* lineItem = qobject_cast<QCPPlottableLegendItem*>(item);
    if (!lineItem) return;
    for (size_t i = 0; i < m_panels.size(); ++i) {
        const int line = m_panels[i]->lineOf(lineItem->plottable());
        if (line < 0) continue;
        m_panels[i]->toggleLine(line);
        refresh();
    }
}

void StepPlot::paintEvent(QPaintEvent* event) {
    QCustomPlot::paintEvent(event);
    if (m_isStale) refresh();  // it has come into sight
}

void StepPlot::resizeEvent(QResizeEvent* event) {
    arrange();
    QCustomPlot::resizeEvent(event);
}

}  // namespace vitrine::gui
