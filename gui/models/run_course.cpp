// SPDX-License-Identifier: GPL-3.0-or-later
// Records become series, series become a table.
#include "gui/models/run_course.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace vitrine::gui {

void RunCourse::add(const StepRecord& record) {
    const auto step = static_cast<double>(record.step);
    at(CourseLine::Loss).append(step, record.loss);
    at(CourseLine::LearningRate).append(step, record.learningRate);
    at(CourseLine::GradNorm).append(step, record.gradNorm);
    m_lastStep = std::max(m_lastStep, step);
}

void RunCourse::add(const RunEvent& event) {
    if (event.kind != EventKind::EpochDone) return;
    const auto step = static_cast<double>(event.step);
    at(CourseLine::EpochLoss).append(step, event.trainLoss);
    at(CourseLine::TestLoss).append(step, event.testLoss);
    // Outputs that give no loss give no accuracy either.
    at(CourseLine::TestAccuracy)
        .append(step, std::isfinite(event.testLoss) ? event.testAccuracy : event.testLoss);
    m_epochEnds.push_back(step);
    m_lastStep = std::max(m_lastStep, step);
}

const char* RunCourse::csvName(CourseLine line) {
    static constexpr std::array<const char*, courseLines> names = {
        "loss", "epoch_loss", "test_loss", "test_accuracy", "learning_rate", "gradient_norm"};
    return names[static_cast<size_t>(line)];
}

QByteArray RunCourse::csv() const {
    using Row = std::array<QByteArray, courseLines>;
    std::map<double, Row> rows;
    QByteArray text = "step";
    for (int line = 0; line < courseLines; ++line) {
        const auto column = static_cast<size_t>(line);
        text += QByteArray(",") + csvName(static_cast<CourseLine>(line));
        for (const SeriesPoint& point : m_lines[column].points())
            rows[point.step][column] =
                QByteArray::number(point.value, 'g', std::numeric_limits<double>::max_digits10);
        for (double step : m_lines[column].nonFiniteSteps()) rows[step][column] = "nan";
    }
    text += '\n';
    for (const auto& [step, row] : rows) {
        text += QByteArray::number(step, 'f', 0);
        for (const QByteArray& cell : row) text += ',' + cell;
        text += '\n';
    }
    return text;
}

}  // namespace vitrine::gui
