// SPDX-License-Identifier: GPL-3.0-or-later
// Axes, lines and marks of one frame.
#include "gui/widgets/plot_panel.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

/// Shares as `97.5 %`.
class PercentTicker : public QCPAxisTicker {
  protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar, int) override {
        return locale.toString(100 * tick, 'g', 4) + QStringLiteral("\u202f%");
    }
};

QFont smallFont(const Theme& theme) {
    QFont font = theme.font();
    font.setPointSizeF(8.5);
    return font;
}

void styleAxis(QCPAxis* axis, const Theme& theme) {
    const Tokens& tokens = theme.tokens();
    axis->setBasePen(QPen(tokens.line));
    axis->setTickPen(QPen(tokens.line));
    axis->setSubTickPen(Qt::NoPen);
    axis->setTickLabelColor(tokens.quiet);
    axis->setTickLabelFont(smallFont(theme));
    axis->grid()->setPen(QPen(tokens.grid, 1));
    axis->grid()->setZeroLinePen(QPen(tokens.grid, 1));
    axis->setTickLengthIn(0);
    axis->setTickLengthOut(3);
}

/// A little more than the extent on both sides.
QCPRange withMargin(const Extent& extent, bool isLog) {
    if (isLog) {
        const double factor = std::max(1.05, std::pow(extent.highest / extent.lowest, 0.08));
        return {extent.lowest / factor, extent.highest * factor};
    }
    const double span = extent.highest - extent.lowest;
    const double least = std::max(1e-12, 1e-3 * std::abs(extent.highest));
    const double margin = std::max(0.08 * span, least);
    return {extent.lowest - margin, extent.highest + margin};
}

}  // namespace

PlotPanel::PlotPanel(QCustomPlot& plot, const QString& title, bool isShare)
    : m_plot(plot), m_frame(new QCPLayoutGrid), m_rect(new QCPAxisRect(&plot)), m_isShare(isShare) {
    // Items want an axis rect in the layout; StepPlot arranges them anew.
    plot.plotLayout()->addElement(plot.plotLayout()->rowCount(), 0, m_frame);
    buildHeading(title);
    buildAxes();
    buildMarks();
}

/// Title and legend in a row above the axes, so that they hide no data.
void PlotPanel::buildHeading(const QString& title) {
    auto* heading = new QCPLayoutGrid;
    m_title = new QCPTextElement(&m_plot, title);
    m_title->setTextFlags(Qt::AlignLeft | Qt::AlignVCenter);
    m_title->setMargins({8, 0, 8, 0});
    m_legend = new QCPLegend;
    m_frame->addElement(0, 0, heading);  // first, so that its parts know their plot
    heading->addElement(0, 0, m_title);
    heading->addElement(0, 1, m_legend);
    heading->setColumnStretchFactor(0, 100);
    m_frame->addElement(1, 0, m_rect);
    m_frame->setRowStretchFactor(1, 100);
    m_frame->setRowSpacing(0);
    m_legend->setLayer(QStringLiteral("legend"));
    m_legend->setFillOrder(QCPLegend::foColumnsFirst);
    m_legend->setMargins({4, 2, 8, 0});
    m_legend->setIconSize(14, 10);
    m_legend->setColumnSpacing(8);
    m_legend->setBorderPen(Qt::NoPen);
    m_legend->setBrush(Qt::NoBrush);
}

void PlotPanel::buildAxes() {
    m_rect->setMinimumMargins({4, 4, 8, 4});
    m_rect->setMinimumSize(80, 40);
    QCPAxis* steps = m_rect->axis(QCPAxis::atBottom);
    steps->setNumberFormat(QStringLiteral("f"));
    steps->setNumberPrecision(0);
    steps->grid()->setVisible(false);  // the ends of epochs are the vertical lines
    QCPAxis* values = m_rect->axis(QCPAxis::atLeft);
    values->setNumberFormat(QStringLiteral("g"));
    values->setNumberPrecision(4);
    m_rect->setRangeDragAxes(steps, nullptr);
    setLogScale(false);
}

void PlotPanel::buildMarks() {
    QCPAxis* steps = m_rect->axis(QCPAxis::atBottom);
    QCPAxis* values = m_rect->axis(QCPAxis::atLeft);
    m_borders = m_plot.addGraph(steps, values);
    m_borders->setAdaptiveSampling(false);
    m_borders->setAntialiased(false);
    m_nonFinite = m_plot.addGraph(steps, values);
    m_nonFinite->setLineStyle(QCPGraph::lsNone);
    m_cursor = new QCPItemStraightLine(&m_plot);
    m_cursor->setClipAxisRect(m_rect);
    m_cursor->setLayer(QStringLiteral("cursor"));
    m_cursor->setAntialiased(false);
    for (QCPItemPosition* point : {m_cursor->point1, m_cursor->point2})
        point->setAxes(steps, values);
    m_cursor->point1->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_cursor->point2->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_cursor->point1->setAxisRect(m_rect);
    m_cursor->point2->setAxisRect(m_rect);
    m_cursor->setVisible(false);
}

int PlotPanel::addLine(PlotLineSpec spec) {
    QCPGraph* graph =
        m_plot.addGraph(m_rect->axis(QCPAxis::atBottom), m_rect->axis(QCPAxis::atLeft));
    graph->setName(spec.name);
    graph->setSelectable(QCP::stNone);
    graph->setAntialiased(!spec.isGhost && spec.look != LineLook::Faint);
    if (!spec.name.isEmpty()) m_legend->addItem(new QCPPlottableLegendItem(m_legend, graph));
    m_lines.push_back({.spec = std::move(spec), .graph = graph});
    return static_cast<int>(m_lines.size()) - 1;
}

void PlotPanel::clearLines() {
    for (const Line& line : m_lines) m_plot.removeGraph(line.graph);
    m_legend->clearItems();
    m_lines.clear();
    m_emphasis = -1;
}

void PlotPanel::setSeries(int line, const Series* series) {
    m_lines[static_cast<size_t>(line)].series = series;
}

void PlotPanel::setLineVisible(int line, bool visible) {
    Line& changed = m_lines[static_cast<size_t>(line)];
    changed.visible = visible;
    changed.graph->setVisible(visible);
}

void PlotPanel::setEmphasis(int line, const Theme& theme) {
    m_emphasis = line;
    restyle(theme);
}

int PlotPanel::lineOf(const void* graph) const {
    for (size_t i = 0; i < m_lines.size(); ++i)
        if (m_lines[i].graph == graph) return static_cast<int>(i);
    return -1;
}

void PlotPanel::setLogScale(bool on) {
    m_isLog = on;
    QCPAxis* values = m_rect->axis(QCPAxis::atLeft);
    values->setScaleType(on ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (on)
        values->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
    else if (m_isShare)
        values->setTicker(QSharedPointer<PercentTicker>::create());
    else
        values->setTicker(QSharedPointer<QCPAxisTicker>::create());
    values->ticker()->setTickCount(4);
    m_isValuesChosen = false;
}

void PlotPanel::setVisible(bool visible) {
    m_isVisible = visible;
    m_frame->setVisible(visible);
}

void PlotPanel::setStepLabels(bool on) { m_rect->axis(QCPAxis::atBottom)->setTickLabels(on); }

void PlotPanel::fill(std::span<const double> borders) {
    const QCPRange steps = m_rect->axis(QCPAxis::atBottom)->range();
    if (!m_isValuesChosen) fitTo(steps.lower, steps.upper);
    for (const Line& line : m_lines) fillLine(line, steps.lower, steps.upper);
    fillBorders(borders, steps.lower, steps.upper);
    fillNonFinite(steps.lower, steps.upper);
}

void PlotPanel::fitTo(double from, double to) {
    Extent extent;
    for (const Line& line : m_lines)
        if (line.visible && line.series)
            extent.include(line.series->valuesWithin(from, to, m_isLog));
    if (extent.isEmpty) extent = {.lowest = m_isLog ? 0.1 : 0, .highest = 1, .isEmpty = false};
    QCPRange range = withMargin(extent, m_isLog);
    if (m_isShare) range.upper = std::min(range.upper, 1.02);
    m_rect->axis(QCPAxis::atLeft)->setRange(range);
}

void PlotPanel::fillLine(const Line& line, double from, double to) {
    QVector<QCPGraphData> data;
    if (line.series && line.visible) {
        const std::vector<SeriesPoint> points =
            line.series->decimated(from, to, std::max(1, m_rect->width()));
        data.reserve(static_cast<qsizetype>(points.size()));
        const auto nonFinite = line.series->nonFiniteSteps();
        auto next = nonFinite.begin();
        for (const SeriesPoint& point : points) {
            const auto after = std::upper_bound(next, nonFinite.end(), point.step);
            if (!data.isEmpty() && after != next) data.push_back({*next, gap});
            next = after;
            data.push_back({point.step, m_isLog && point.value <= 0 ? gap : point.value});
        }
    }
    line.graph->data()->set(data, true);
}

void PlotPanel::fillBorders(std::span<const double> borders, double from, double to) {
    constexpr double nearestPixels = 6;
    const QCPRange values = m_rect->axis(QCPAxis::atLeft)->range();
    const double nearest = nearestPixels * (to - from) / std::max(1, m_rect->width());
    double last = -std::numeric_limits<double>::infinity();
    QVector<QCPGraphData> data;
    for (auto at = std::lower_bound(borders.begin(), borders.end(), from);
         at != borders.end() && *at <= to; ++at) {
        if (*at - last < nearest) continue;
        last = *at;
        data << QCPGraphData(last, values.lower) << QCPGraphData(last, values.upper)
             << QCPGraphData(last, gap);
    }
    m_borders->data()->set(data, true);
}

/// Crosses below the upper edge.
void PlotPanel::fillNonFinite(double from, double to) {
    QCPAxis* values = m_rect->axis(QCPAxis::atLeft);
    const double y = values->pixelToCoord(m_rect->top() + 8);
    std::vector<double> at;
    for (const Line& line : m_lines)
        if (line.series && line.visible)
            for (double step : line.series->nonFiniteSteps())
                if (step >= from && step <= to) at.push_back(step);
    std::sort(at.begin(), at.end());
    QVector<QCPGraphData> data;
    for (double step : at) data.push_back({step, y});
    m_nonFinite->data()->set(data, true);
}

void PlotPanel::zoomValues(double factor, double pixelY) {
    QCPAxis* values = m_rect->axis(QCPAxis::atLeft);
    values->scaleRange(factor, values->pixelToCoord(pixelY));
    m_isValuesChosen = true;
    m_rect->setRangeDragAxes(m_rect->axis(QCPAxis::atBottom), values);
}

void PlotPanel::fitValues() {
    m_isValuesChosen = false;
    m_rect->setRangeDragAxes(m_rect->axis(QCPAxis::atBottom), nullptr);
}

void PlotPanel::setCursor(const double* step) {
    m_cursor->setVisible(step && m_isVisible);
    if (!step) return;
    m_cursor->point1->setCoords(*step, 0);
    m_cursor->point2->setCoords(*step, 1);
}

void PlotPanel::restyle(const Theme& theme) {
    const Tokens& tokens = theme.tokens();
    for (QCPAxis* axis : m_rect->axes()) styleAxis(axis, theme);
    m_title->setFont(smallFont(theme));
    m_title->setTextColor(tokens.text);
    m_legend->setFont(smallFont(theme));
    m_legend->setTextColor(tokens.quiet);
    m_borders->setPen(QPen(tokens.line, 1));
    m_cursor->setPen(QPen(tokens.quiet, 1));
    m_nonFinite->setScatterStyle({QCPScatterStyle::ssCross, QPen(tokens.bad, 1.5), Qt::NoBrush, 7});
    for (size_t i = 0; i < m_lines.size(); ++i)
        applyPen(m_lines[i], static_cast<int>(i) == m_emphasis, theme);
}

void PlotPanel::applyPen(const Line& line, bool emphasised, const Theme& theme) {
    QColor colour = line.spec.isGhost ? theme.tokens().disabled : line.spec.colour(theme);
    const bool isMain = line.spec.look == LineLook::Main && !line.spec.isGhost;
    if (line.spec.look == LineLook::Faint) colour.setAlphaF(0.4F);
    line.graph->setPen(QPen(colour, emphasised ? 3 : isMain ? 1.75 : 1));
    if (line.spec.look == LineLook::Dotted)
        line.graph->setScatterStyle({QCPScatterStyle::ssDisc, QPen(colour), QBrush(colour), 5});
}

}  // namespace vitrine::gui
