// SPDX-License-Identifier: GPL-3.0-or-later
// RunCourse: how one training run went, as series over its steps.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/session/run_history.h"
#include "gui/models/series.h"

namespace vitrine::gui {

/// What every run has.
enum class CourseLine { Loss, EpochLoss, TestLoss, LearningRate, GradNorm };
/// What runs have any number of.
enum class CourseGroup { Metrics, Losses, TestLosses };

/// A plain value.
class RunCourse {
  public:
    RunCourse() = default;
    explicit RunCourse(ChannelNames names);

    void add(const StepRecord& record);
    /// Ends of epochs; all other events leave it as it is.
    void add(const RunEvent& event);

    const ChannelNames& names() const { return m_names; }
    const Series& line(CourseLine line) const { return m_lines[static_cast<size_t>(line)]; }
    /// One of a group; without points where there is none at that place.
    const Series& line(CourseGroup group, size_t index) const;
    size_t count(CourseGroup group) const { return groupOf(group).size(); }
    /// Last steps of the epochs that are done.
    std::span<const double> epochEnds() const { return m_epochEnds; }
    double lastStep() const { return m_lastStep; }
    bool isEmpty() const { return m_lastStep == 0; }

    /// All lines as columns of a table: `loss`, `epoch_loss`, `test_loss`, `test_accuracy`, …
    struct NamedLine {
        std::string name;
        const Series* series = nullptr;
    };
    std::vector<NamedLine> columns() const;

  private:
    using Group = std::vector<Series>;
    Series& at(CourseLine line) { return m_lines[static_cast<size_t>(line)]; }
    Group& groupOf(CourseGroup group) { return m_groups[static_cast<size_t>(group)]; }
    const Group& groupOf(CourseGroup group) const { return m_groups[static_cast<size_t>(group)]; }

    ChannelNames m_names;
    std::array<Series, 5> m_lines;
    std::array<Group, 3> m_groups;
    std::vector<double> m_epochEnds;
    double m_lastStep = 0;
};

}  // namespace vitrine::gui
