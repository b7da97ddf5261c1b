// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers at a step.
#include "gui/views/charts/chart_cells.h"

#include <QCoreApplication>

#include <optional>

#include "gui/models/metric_words.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("ChartCells", text); }

QString valueText(const Series& series, double step) {
    const auto value = series.valueAt(step);
    return value ? realText(*value) : QStringLiteral("—");
}

QString metricValue(const Series& series, double step, const MetricDescriptor* metric) {
    const auto value = series.valueAt(step);
    if (!value) return QStringLiteral("—");
    return metric ? metricWords(*metric, *value) : realText(*value);
}

/// The first of a run's metrics; others are read off the chart.
std::optional<ReadOut::Cell> metricCell(const CourseLines& run, double step, const Theme& theme) {
    const std::vector<std::string>& names = run.course().names().metrics;
    if (names.empty()) return std::nullopt;
    return ReadOut::Cell{.name = QString::fromStdString(names.front()),
                         .value = metricValue(run.line(CourseGroup::Metrics, 0), step,
                                              metricOfChannel(names.front())),
                         .colour = theme.series(names.size() == 1 ? 1 : 4),
                         .characters = 7,
                         .shortName = QStringLiteral("")};
}

}  // namespace

std::vector<ReadOut::Cell> chartCells(const CourseLines& run, double step, const Theme& theme) {
    std::vector<ReadOut::Cell> cells{
        {.name = tr("step"), .value = exactText(static_cast<int64_t>(step))},
        {.name = tr("loss"),
         .value = valueText(run.line(CourseLine::Loss), step),
         .colour = theme.series(0)},
        {.name = tr("smoothed"),
         .value = valueText(run.smoothedLoss(), step),
         .colour = theme.series(0),
         .shortName = QStringLiteral("≈")},
        {.name = tr("test"),
         .value = valueText(run.line(CourseLine::TestLoss), step),
         .colour = theme.series(1)},
    };
    if (auto metric = metricCell(run, step, theme)) cells.push_back(*metric);
    const std::vector<ReadOut::Cell> others{
        {.name = tr("rate"),
         .value = valueText(run.line(CourseLine::LearningRate), step),
         .colour = theme.series(2),
         .characters = 7},
        {.name = tr("‖g‖"),
         .value = valueText(run.line(CourseLine::GradNorm), step),
         .colour = theme.series(3)},
    };
    cells.insert(cells.end(), others.begin(), others.end());
    return cells;
}

}  // namespace vitrine::gui
