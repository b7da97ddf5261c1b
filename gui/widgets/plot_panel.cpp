// SPDX-License-Identifier: GPL-3.0-or-later
// Axes, lines and marks of one frame.
#include "gui/widgets/plot_panel.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gui/models/axis_extent.h"
#include "gui/theme/theme.h"
#include "gui/widgets/plot_tickers.h"

namespace vitrine::gui {

namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

QString tr(const char* text) { return QCoreApplication::translate("PlotPanel", text); }

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

/// A little more than the extent on both sides; around a single number a tenth of it.
QCPRange withMargin(const Extent& extent, bool isLog) {
    if (isLog) {
        const double factor = std::max(1.05, std::pow(extent.highest / extent.lowest, 0.08));
        return {extent.lowest / factor, extent.highest * factor};
    }
    const double span = extent.highest - extent.lowest;
    const double share = span > 0 ? 1e-3 : 0.1;
    const double least = std::max(1e-12, share * std::abs(extent.highest));
    const double margin = std::max(0.08 * span, least);
    return {extent.lowest - margin, extent.highest + margin};
}

/// In a layer of its own below legends, drawn by itself.
QCPLayer* newLayer(QCustomPlot& plot) {
    const QString name = QStringLiteral("panel.%1").arg(plot.layerCount());
    plot.addLayer(name, plot.layer(QStringLiteral("legend")), QCustomPlot::limBelow);
    plot.layer(name)->setMode(QCPLayer::lmBuffered);
    return plot.layer(name);
}

QCPLayoutGrid* newFrame(QCustomPlot& plot) {
    auto* frame = new QCPLayoutGrid;
    // Items want an axis rect in the layout; StepPlot arranges them anew.
    plot.plotLayout()->addElement(plot.plotLayout()->rowCount(), 0, frame);
    return frame;
}

/// Those of `ascending` from `from` to `to` that are at least `nearest` from the one before.
std::vector<double> spaced(std::span<const double> ascending, double from, double to,
                           double nearest) {
    std::vector<double> kept;
    auto at = std::lower_bound(ascending.begin(), ascending.end(), from);
    while (at != ascending.end() && *at <= to) {
        kept.push_back(*at);
        at = std::lower_bound(at + 1, ascending.end(), *at + nearest);
    }
    return kept;
}

}  // namespace

PlotPanel::PlotPanel(QCustomPlot& plot, const QString& title, bool isShare)
    : m_plot(plot),
      m_frame(newFrame(plot)),
      m_layer(newLayer(plot)),
      m_rect(new QCPAxisRect(&plot)),
      m_heading(plot, *m_frame, title),
      m_isShare(isShare) {
    m_frame->addElement(1, 0, m_rect);
    m_frame->setRowStretchFactor(1, 100);
    m_frame->setRowSpacing(0);
    buildAxes();
    buildMarks();
}

void PlotPanel::buildAxes() {
    for (QCPAxis* axis : m_rect->axes()) {
        axis->grid()->setLayer(m_layer);
        axis->setLayer(m_layer);
    }
    m_rect->setMinimumMargins({4, 7, 8, 4});  // above: half a number, below the title
    m_rect->setMinimumSize(80, 40);
    QCPAxis* steps = m_rect->axis(QCPAxis::atBottom);
    steps->setNumberFormat(QStringLiteral("f"));
    steps->setNumberPrecision(0);
    steps->setTicker(QSharedPointer<StepTicker>::create(*steps));
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
    m_borders = addMarks({});
    m_borders->setLineStyle(QCPGraph::lsLine);
    m_nonFinite = addMarks(tr("not finite"));
    m_notPositive = addMarks(tr("0 or less"));
    m_stepName = new QCPItemText(&m_plot);
    m_stepName->setLayer(m_layer);
    m_stepName->setClipToAxisRect(false);
    m_stepName->setText(tr("step"));
    m_stepName->setPositionAlignment(Qt::AlignRight | Qt::AlignTop);
    m_stepName->setPadding({0, 4, 10, 0});  // in the line of the numbers
    m_stepName->position->setAxisRect(m_rect);
    m_stepName->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_stepName->position->setCoords(0, 1);
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

QCPGraph* PlotPanel::addMarks(const QString& name) {
    QCPGraph* graph =
        m_plot.addGraph(m_rect->axis(QCPAxis::atBottom), m_rect->axis(QCPAxis::atLeft));
    graph->setLayer(m_layer);
    graph->setName(name);
    graph->setSelectable(QCP::stNone);
    graph->setLineStyle(QCPGraph::lsNone);
    graph->setAdaptiveSampling(false);
    graph->setAntialiased(false);
    return graph;
}

int PlotPanel::addLine(PlotLineSpec spec) {
    QCPGraph* graph =
        m_plot.addGraph(m_rect->axis(QCPAxis::atBottom), m_rect->axis(QCPAxis::atLeft));
    graph->setLayer(m_layer);
    graph->setName(spec.name);
    graph->setSelectable(QCP::stNone);
    graph->setAntialiased(!spec.isGhost && spec.look != LineLook::Faint);
    m_lines.push_back({.spec = std::move(spec), .graph = graph});
    return static_cast<int>(m_lines.size()) - 1;
}

void PlotPanel::setTitle(const QString& title, bool isShare) {
    m_heading.setTitle(title);
    m_isShare = isShare;
    setLogScale(m_isLog);
}

void PlotPanel::clearLines() {
    for (const Line& line : m_lines) m_plot.removeGraph(line.graph);
    m_heading.clear();
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

void PlotPanel::toggleLine(int line) {
    const Line& clicked = m_lines[static_cast<size_t>(line)];
    const bool visible = !clicked.visible, ghosts = clicked.spec.isGhost;
    for (int i = 0; i < static_cast<int>(m_lines.size()); ++i)
        if (i == line || (ghosts && m_lines[static_cast<size_t>(i)].spec.isGhost))
            setLineVisible(i, visible);
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
    values->setTicker(QSharedPointer<ValueTicker>::create(on, m_isShare));
    m_isValuesChosen = false;
}

void PlotPanel::setVisible(bool visible) {
    m_isVisible = visible;
    m_frame->setVisible(visible);
}

void PlotPanel::setStepLabels(bool on) {
    m_rect->axis(QCPAxis::atBottom)->setTickLabels(on);
    m_stepName->setVisible(on);
}

bool PlotPanel::fill(std::span<const double> borders) {
    const QCPRange steps = m_rect->axis(QCPAxis::atBottom)->range();
    if (!m_isValuesChosen) fitTo(steps.lower, steps.upper);
    std::vector<double> notPositive;
    for (const Line& line : m_lines) fillLine(line, steps.lower, steps.upper, notPositive);
    fillBorders(borders, steps.lower, steps.upper);
    fillMarks(std::move(notPositive), steps.lower, steps.upper);
    return m_heading.setEntries(legend());
}

void PlotPanel::draw() {
    m_rect->update(QCPLayoutElement::upPreparation);  // ticks of new ranges
    m_layer->replot();
}

/// The ghost and the marks are what nobody can guess.
std::vector<PlotHeading::Entry> PlotPanel::legend() const {
    enum Weight { Faint, Plain, Ghost, Mark };
    std::vector<PlotHeading::Entry> entries;
    for (const Line& line : m_lines) {
        const bool isThere = !line.spec.isGhost || (line.series && !line.series->isEmpty());
        if (line.spec.name.isEmpty() || !isThere) continue;
        entries.push_back({line.graph, line.spec.isGhost                   ? Ghost
                                       : line.spec.look == LineLook::Faint ? Faint
                                                                           : Plain});
    }
    for (QCPGraph* marks : {m_nonFinite, m_notPositive})
        if (marks->dataCount() > 0) entries.push_back({marks, Mark});
    return entries;
}

Extent PlotPanel::extentOf(Kind kind, double from, double to) const {
    Extent extent;
    for (const Line& line : m_lines)
        if (line.isShown() && line.spec.isGhost == kind.ghosts &&
            line.spec.isDerived == kind.derived)
            extent.include(axisExtent(*line.series, from, to, m_isLog));
    return extent;
}

void PlotPanel::fitTo(double from, double to) {
    constexpr double everywhere = std::numeric_limits<double>::infinity();
    constexpr Kind measured{.ghosts = false, .derived = false},
        derived{.ghosts = false, .derived = true}, ghosts{.ghosts = true, .derived = false};
    Extent extent = extentOf(measured, from, to);
    if (extent.isEmpty) extent = extentOf(derived, from, to);
    if (extent.isEmpty) extent = extentOf(measured, -everywhere, everywhere);
    if (extent.isEmpty) extent = extentOf(derived, -everywhere, everywhere);
    if (extent.isEmpty) extent = extentOf(ghosts, from, to);
    if (extent.isEmpty) extent = {.lowest = m_isLog ? 0.1 : 0, .highest = 1, .isEmpty = false};
    QCPRange range = withMargin(extent, m_isLog);
    if (m_isShare) range.upper = std::min(range.upper, 1.02);
    m_rect->axis(QCPAxis::atLeft)->setRange(range);
}

/// One drawing of a panel handles so many points at most, however many lines there are.
int PlotPanel::columnsOfALine() const {
    constexpr int mostPoints = 8192, pointsAColumn = 2, fewestColumns = 32;
    const int lines = std::max(1, static_cast<int>(m_lines.size()));
    const int columns = std::max(fewestColumns, mostPoints / (pointsAColumn * lines));
    return std::clamp(m_rect->width(), 1, columns);
}

/// Values far outside end a little way off, so that no coordinate is too large to be drawn. What a
/// logarithmic axis cannot show lies on its lower end, and its steps are added to `notPositive`.
void PlotPanel::fillLine(const Line& line, double from, double to,
                         std::vector<double>& notPositive) {
    QVector<QCPGraphData> data;
    if (line.isShown()) {
        const QCPRange shown = m_rect->axis(QCPAxis::atLeft)->range();
        const double off = 100 * shown.size();
        const double lowest = m_isLog ? shown.lower : shown.lower - off;
        const double highest = m_isLog ? std::numeric_limits<double>::max() : shown.upper + off;
        const std::vector<SeriesPoint> points = line.series->decimated(from, to, columnsOfALine());
        data.reserve(static_cast<qsizetype>(points.size()));
        const auto nonFinite = line.series->nonFiniteSteps();
        auto next = nonFinite.begin();
        for (const SeriesPoint& point : points) {
            const auto after = std::upper_bound(next, nonFinite.end(), point.step);
            if (!data.isEmpty() && after != next) data.push_back({*next, gap});
            next = after;
            const bool isOnScale = !m_isLog || point.value > 0;
            if (!isOnScale && !line.spec.isGhost) notPositive.push_back(point.step);
            const double value = std::min(point.value, highest);
            data.push_back({point.step, m_isLog && isOnScale ? value : std::max(value, lowest)});
        }
    }
    line.graph->data()->set(data, true);
}

void PlotPanel::fillBorders(std::span<const double> borders, double from, double to) {
    constexpr double nearestPixels = 6;
    const QCPRange values = m_rect->axis(QCPAxis::atLeft)->range();
    QVector<QCPGraphData> data;
    for (double at :
         spaced(borders, from, to, nearestPixels * (to - from) / std::max(1, m_rect->width())))
        data << QCPGraphData(at, values.lower) << QCPGraphData(at, values.upper)
             << QCPGraphData(at, gap);
    m_borders->data()->set(data, true);
}

/// Crosses below the upper edge, triangles above the lower one.
void PlotPanel::fillMarks(std::vector<double> notPositive, double from, double to) {
    constexpr double nearestPixels = 4;
    constexpr int inside = 6;
    const double nearest = nearestPixels * (to - from) / std::max(1, m_rect->width());
    const QCPAxis* values = m_rect->axis(QCPAxis::atLeft);
    const auto show = [&](QCPGraph* marks, std::vector<double> at, double pixel) {
        std::sort(at.begin(), at.end());
        QVector<QCPGraphData> data;
        for (double step : spaced(at, from, to, nearest))
            data.push_back({step, values->pixelToCoord(pixel)});
        marks->data()->set(data, true);
    };
    std::vector<double> nonFinite;
    for (const Line& line : m_lines) {
        if (!line.isShown() || line.spec.isGhost) continue;
        const auto more = spaced(line.series->nonFiniteSteps(), from, to, nearest);
        nonFinite.insert(nonFinite.end(), more.begin(), more.end());
    }
    show(m_nonFinite, std::move(nonFinite), m_rect->top() + inside);
    show(m_notPositive, std::move(notPositive), m_rect->bottom() - inside);
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
    const QFont font = smallFont(theme);
    for (QCPAxis* axis : m_rect->axes()) styleAxis(axis, theme);
    // Room for the longest number, always: panels stay where they are while numbers change.
    constexpr int tickAndPadding = 10;
    const int widest = QFontMetrics(font).horizontalAdvance(QStringLiteral("-8.88e-88"));
    m_rect->setAutoMargins(QCP::msRight | QCP::msTop | QCP::msBottom);
    m_rect->setMargins({widest + tickAndPadding, 7, 8, 4});
    m_heading.restyle(theme, font);
    m_stepName->setFont(font);
    m_stepName->setColor(tokens.quiet);
    m_borders->setPen(QPen(tokens.line, 1));
    m_cursor->setPen(QPen(tokens.quiet, 1));
    m_nonFinite->setScatterStyle({QCPScatterStyle::ssCross, QPen(tokens.bad, 1.5), Qt::NoBrush, 7});
    m_notPositive->setScatterStyle(
        {QCPScatterStyle::ssTriangleInverted, QPen(tokens.warn), QBrush(tokens.warn), 7});
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
