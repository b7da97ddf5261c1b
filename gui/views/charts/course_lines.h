// SPDX-License-Identifier: GPL-3.0-or-later
// CourseLines: a run's course with the smoothed lines that follow it.
#pragma once

#include <utility>
#include <vector>

#include "gui/models/run_course.h"

namespace vitrine::gui {

/// A plain value; smoothed lines are up to date after every add.
class CourseLines {
  public:
    CourseLines(ChannelNames names, double smoothing) : m_course(std::move(names)) {
        m_loss.rebuild({}, smoothing);
        m_gradNorm.rebuild({}, smoothing);
    }
    void add(const std::vector<StepRecord>& records) {
        for (const StepRecord& record : records) m_course.add(record);
        m_loss.follow(m_course.line(CourseLine::Loss));
        m_gradNorm.follow(m_course.line(CourseLine::GradNorm));
    }
    void add(const RunEvent& event) { m_course.add(event); }
    void setSmoothing(double weight) {
        m_loss.rebuild(m_course.line(CourseLine::Loss), weight);
        m_gradNorm.rebuild(m_course.line(CourseLine::GradNorm), weight);
    }

    const RunCourse& course() const { return m_course; }
    const Series& line(CourseLine line) const { return m_course.line(line); }
    const Series& line(CourseGroup group, size_t index) const {
        return m_course.line(group, index);
    }
    const Series& smoothedLoss() const { return m_loss.series(); }
    const Series& smoothedGradNorm() const { return m_gradNorm.series(); }

  private:
    RunCourse m_course;
    SmoothedSeries m_loss, m_gradNorm;
};

}  // namespace vitrine::gui
