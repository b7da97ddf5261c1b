// SPDX-License-Identifier: GPL-3.0-or-later
// RunCourse: how one training run went, as series over its steps.
#pragma once

#include <array>

#include "core/probe/records.h"
#include "gui/models/series.h"

namespace vitrine::gui {

enum class CourseLine { Loss, EpochLoss, TestLoss, TestAccuracy, LearningRate, GradNorm };
inline constexpr int courseLines = 6;

/// A plain value.
class RunCourse {
  public:
    void add(const StepRecord& record);
    /// Ends of epochs; all other events leave it as it is.
    void add(const RunEvent& event);

    const Series& line(CourseLine line) const { return m_lines[static_cast<size_t>(line)]; }
    /// Last steps of the epochs that are done.
    std::span<const double> epochEnds() const { return m_epochEnds; }
    double lastStep() const { return m_lastStep; }
    bool isEmpty() const { return m_lastStep == 0; }

    /// Of a line's column in tables: `test_loss`.
    static const char* csvName(CourseLine line);

  private:
    Series& at(CourseLine line) { return m_lines[static_cast<size_t>(line)]; }
    std::array<Series, courseLines> m_lines;
    std::vector<double> m_epochEnds;
    double m_lastStep = 0;
};

}  // namespace vitrine::gui
