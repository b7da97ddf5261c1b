// SPDX-License-Identifier: GPL-3.0-or-later
// Records become series.
#include "gui/models/run_course.h"

#include <algorithm>
#include <cmath>

namespace vitrine::gui {

RunCourse::RunCourse(ChannelNames names) : m_names(std::move(names)) {
    groupOf(CourseGroup::Metrics).resize(m_names.metrics.size());
    groupOf(CourseGroup::Losses).resize(m_names.losses.size());
    groupOf(CourseGroup::TestLosses).resize(m_names.losses.size());
}

const Series& RunCourse::line(CourseGroup group, size_t index) const {
    static const Series none;
    const Group& lines = groupOf(group);
    return index < lines.size() ? lines[index] : none;
}

void RunCourse::add(const StepRecord& record) {
    const auto step = static_cast<double>(record.step);
    at(CourseLine::Loss).append(step, record.loss);
    at(CourseLine::LearningRate).append(step, record.learningRate);
    at(CourseLine::GradNorm).append(step, record.gradNorm);
    Group& losses = groupOf(CourseGroup::Losses);
    for (size_t i = 0; i < losses.size() && static_cast<int>(i) < record.lossCount; ++i)
        losses[i].append(step, record.losses[i]);
    m_lastStep = std::max(m_lastStep, step);
}

void RunCourse::add(const RunEvent& event) {
    if (event.kind != EventKind::EpochDone) return;
    const auto step = static_cast<double>(event.step);
    at(CourseLine::EpochLoss).append(step, event.trainLoss);
    at(CourseLine::TestLoss).append(step, event.testLoss);
    // Outputs that give no loss are measured by nothing else either.
    const bool isMeasured = std::isfinite(event.testLoss);
    Group &metrics = groupOf(CourseGroup::Metrics), &losses = groupOf(CourseGroup::TestLosses);
    for (size_t i = 0; i < metrics.size() && static_cast<int>(i) < event.metricCount; ++i)
        metrics[i].append(step, isMeasured ? event.metrics[i] : event.testLoss);
    for (size_t i = 0; i < losses.size() && static_cast<int>(i) < event.lossCount; ++i)
        losses[i].append(step, event.testLosses[i]);
    m_epochEnds.push_back(step);
    m_lastStep = std::max(m_lastStep, step);
}

std::vector<RunCourse::NamedLine> RunCourse::columns() const {
    std::vector<NamedLine> columns{{"loss", &line(CourseLine::Loss)},
                                   {"epoch_loss", &line(CourseLine::EpochLoss)},
                                   {"test_loss", &line(CourseLine::TestLoss)}};
    for (size_t i = 0; i < m_names.metrics.size(); ++i)
        columns.push_back({"test_" + m_names.metrics[i], &line(CourseGroup::Metrics, i)});
    columns.push_back({"learning_rate", &line(CourseLine::LearningRate)});
    columns.push_back({"gradient_norm", &line(CourseLine::GradNorm)});
    for (size_t i = 0; i < m_names.losses.size(); ++i)
        columns.push_back({"loss_" + m_names.losses[i], &line(CourseGroup::Losses, i)});
    for (size_t i = 0; i < m_names.losses.size(); ++i)
        columns.push_back({"test_loss_" + m_names.losses[i], &line(CourseGroup::TestLosses, i)});
    return columns;
}

}  // namespace vitrine::gui
