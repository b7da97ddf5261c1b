// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers at a step.
#include "gui/views/charts/chart_cells.h"

#include <QCoreApplication>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("ChartCells", text); }

QString valueText(const Series& series, double step) {
    const auto value = series.valueAt(step);
    return value ? realText(*value) : QStringLiteral("—");
}

QString shareText(const Series& series, double step) {
    const auto value = series.valueAt(step);
    return value ? percentText(*value, 2) : QStringLiteral("—");
}

}  // namespace

std::vector<ReadOut::Cell> chartCells(const CourseLines& run, double step, const Theme& theme) {
    return {
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
        {.name = tr("accuracy"),
         .value = shareText(run.line(CourseLine::TestAccuracy), step),
         .colour = theme.series(1),
         .characters = 7,
         .shortName = QStringLiteral("")},
        {.name = tr("rate"),
         .value = valueText(run.line(CourseLine::LearningRate), step),
         .colour = theme.series(2),
         .characters = 7},
        {.name = tr("‖g‖"),
         .value = valueText(run.line(CourseLine::GradNorm), step),
         .colour = theme.series(3)},
    };
}

}  // namespace vitrine::gui
