// SPDX-License-Identifier: GPL-3.0-or-later
// CourseTable: the numbers of a run as they were at one moment, to be written as a table elsewhere
// while the run goes on.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "gui/models/run_course.h"

namespace vitrine::gui {

/// A plain value. Copied a slice at a time: a million steps are 100 MB.
class CourseTable {
  public:
    /// What `course` holds now; it may grow, but not lose anything, until isComplete().
    explicit CourseTable(std::shared_ptr<const RunCourse> course);
    /// Copies the next 32,768 numbers at most. True: that was all.
    bool copySome();

    using Sink = std::function<Result<void>(std::string_view)>;
    /// One row a step that has any number, columns `step` and those of RunCourse::columns();
    /// what is not known at a step is empty, what was not finite is `nan`. Numbers are the shortest
    /// that are read as the same double, with a point in every locale. Comes in pieces of some
    /// kilobytes; stops at the first Error and gives it. Once all is copied, on any thread.
    Result<void> write(const Sink& sink) const;
    /// All of it at once.
    static QByteArray csvOf(const RunCourse& course);

  private:
    struct Column {
        std::string name;
        const Series* from = nullptr;               ///< until all is copied
        size_t pointCount = 0, nonFiniteCount = 0;  ///< that there were
        std::vector<SeriesPoint> points = {};
        std::vector<double> nonFinite = {};
    };
    std::shared_ptr<const RunCourse> m_course;  ///< until all is copied
    std::vector<Column> m_columns;
};

}  // namespace vitrine::gui
