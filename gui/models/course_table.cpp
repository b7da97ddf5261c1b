// SPDX-License-Identifier: GPL-3.0-or-later
// Slices are copied, columns merged by step.
#include "gui/models/course_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>

namespace vitrine::gui {

namespace {

constexpr size_t numbersInASlice = 32'768, bytesInAPiece = 65'536;
constexpr double noStep = std::numeric_limits<double>::infinity();

/// Copies up to `room` of what `to` still lacks of the first `wanted`; takes that off `room`.
template <class T>
bool copyFrom(std::span<const T> from, size_t wanted, std::vector<T>& to, size_t& room) {
    if (to.capacity() < wanted) to.reserve(wanted);
    const size_t count = std::min(room, wanted - to.size());
    const auto part = from.subspan(to.size(), count);
    to.insert(to.end(), part.begin(), part.end());
    room -= count;
    return to.size() == wanted;
}

}  // namespace

CourseTable::CourseTable(std::shared_ptr<const RunCourse> course) : m_course(std::move(course)) {
    for (const RunCourse::NamedLine& line : m_course->columns())
        m_columns.push_back(
            {line.name, line.series, line.series->size(), line.series->nonFiniteSteps().size()});
}

bool CourseTable::copySome() {
    size_t room = numbersInASlice;
    for (Column& column : m_columns) {
        if (!m_course) break;
        const Series& line = *column.from;
        if (!copyFrom(line.points(), column.pointCount, column.points, room)) return false;
        if (!copyFrom(line.nonFiniteSteps(), column.nonFiniteCount, column.nonFinite, room))
            return false;
    }
    m_course.reset();
    return true;
}

Result<void> CourseTable::write(const Sink& sink) const {
    std::vector<size_t> point(m_columns.size()), nonFinite(m_columns.size());
    std::string text = "step";
    for (const Column& column : m_columns) text += "," + column.name;
    text += '\n';
    const auto pointStep = [&](size_t i) {
        const auto& points = m_columns[i].points;
        return point[i] < points.size() ? points[point[i]].step : noStep;
    };
    const auto nonFiniteStep = [&](size_t i) {
        const auto& steps = m_columns[i].nonFinite;
        return nonFinite[i] < steps.size() ? steps[nonFinite[i]] : noStep;
    };
    for (;;) {
        double step = noStep;
        for (size_t i = 0; i < m_columns.size(); ++i)
            step = std::min({step, pointStep(i), nonFiniteStep(i)});
        if (step == noStep) return sink(text);
        fmt::format_to(std::back_inserter(text), "{:.0f}", step);
        for (size_t i = 0; i < m_columns.size(); ++i) {
            text += ',';
            if (nonFiniteStep(i) == step) {
                text += "nan";
                ++nonFinite[i];
            } else if (pointStep(i) == step) {
                fmt::format_to(std::back_inserter(text), "{}",
                               m_columns[i].points[point[i]++].value);
            }
        }
        text += '\n';
        if (text.size() < bytesInAPiece) continue;
        if (auto written = sink(text); !written) return written;
        text.clear();
    }
}

QByteArray CourseTable::csvOf(const RunCourse& course) {
    // Not owned: it is copied before this returns.
    CourseTable table(std::shared_ptr<const RunCourse>(std::shared_ptr<void>(), &course));
    while (!table.copySome()) continue;
    QByteArray text;
    const auto written = table.write([&text](std::string_view piece) {
        text.append(piece.data(), static_cast<qsizetype>(piece.size()));
        return Result<void>();
    });
    return written ? text : QByteArray();
}

}  // namespace vitrine::gui
