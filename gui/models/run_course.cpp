// SPDX-License-Identifier: GPL-3.0-or-later
// Records become series.
#include "gui/models/run_course.h"

#include <algorithm>
#include <cmath>

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

}  // namespace vitrine::gui
