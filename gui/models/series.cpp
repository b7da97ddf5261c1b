// SPDX-License-Identifier: GPL-3.0-or-later
// The pyramid and the smoothing.
#include "gui/models/series.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vitrine::gui {

namespace {

/// Lowest and highest of points that come in the order of their steps.
class Extremes {
  public:
    void add(const SeriesPoint& point) {
        if (m_isEmpty || point.value < m_low.value) m_low = point;
        if (m_isEmpty || point.value > m_high.value) m_high = point;
        m_isEmpty = false;
    }
    bool isEmpty() const { return m_isEmpty; }
    std::pair<SeriesPoint, SeriesPoint> inOrder() const {
        return m_low.step <= m_high.step ? std::pair(m_low, m_high) : std::pair(m_high, m_low);
    }
    /// Appends them in the order of their steps, one point where both are the same.
    void flushTo(std::vector<SeriesPoint>& out) {
        if (m_isEmpty) return;
        const auto [first, second] = inOrder();
        out.push_back(first);
        if (second != first) out.push_back(second);
        m_isEmpty = true;
    }

  private:
    SeriesPoint m_low, m_high;
    bool m_isEmpty = true;
};

/// Sorts points into pixel columns and leaves the extremes of each.
class Columns {
  public:
    Columns(double from, double to, int columns)
        : m_from(from), m_perStep(to > from ? columns / (to - from) : 0) {}
    void add(const SeriesPoint& point) {
        const auto column = static_cast<int64_t>(std::floor((point.step - m_from) * m_perStep));
        if (column != m_column) m_extremes.flushTo(m_out);
        m_column = column;
        m_extremes.add(point);
    }
    std::vector<SeriesPoint> take() {
        m_extremes.flushTo(m_out);
        return std::move(m_out);
    }

  private:
    double m_from, m_perStep;
    int64_t m_column = 0;
    Extremes m_extremes;
    std::vector<SeriesPoint> m_out;
};

}  // namespace

void Extent::include(double value) {
    lowest = isEmpty ? value : std::min(lowest, value);
    highest = isEmpty ? value : std::max(highest, value);
    isEmpty = false;
}

void Extent::include(const Extent& other) {
    if (other.isEmpty) return;
    include(other.lowest);
    include(other.highest);
}

void Series::append(double step, double value) {
    if (!std::isfinite(value)) {
        m_nonFinite.push_back(step);
        return;
    }
    m_points.push_back({step, value});
    size_t count = m_points.size();
    for (size_t level = 1; count % blockSize == 0; ++level, count /= blockSize) raise(level);
}

/// Adds the block of a level that has just become full.
void Series::raise(size_t level) {
    if (m_levels.size() < level) m_levels.emplace_back();
    Extremes extremes;
    if (level == 1) {
        for (const SeriesPoint& point : std::span(m_points).last(blockSize)) extremes.add(point);
    } else {
        for (const Block& block : blocks(level - 1).last(blockSize)) {
            extremes.add(block.first);
            extremes.add(block.second);
        }
    }
    const auto [first, second] = extremes.inOrder();
    m_levels[level - 1].push_back({first, second});
}

std::pair<size_t, size_t> Series::within(double from, double to) const {
    const auto before = [](const SeriesPoint& point, double step) { return point.step < step; };
    const auto after = [](double step, const SeriesPoint& point) { return step < point.step; };
    const auto begin = std::lower_bound(m_points.begin(), m_points.end(), from, before);
    const auto end = std::upper_bound(begin, m_points.end(), to, after);
    return {static_cast<size_t>(begin - m_points.begin()),
            static_cast<size_t>(end - m_points.begin())};
}

std::span<const SeriesPoint> Series::pointsWithin(double from, double to) const {
    const auto [begin, end] = within(from, to);
    return points().subspan(begin, end - begin);
}

std::optional<SeriesPoint> Series::at(double step) const {
    const size_t end = within(step, step).second;
    return end == 0 ? std::nullopt : std::optional(m_points[end - 1]);
}

Extent Series::valuesWithin(double from, double to, bool positiveOnly) const {
    Extent extent;
    const auto take = [&](double value) {
        if (!positiveOnly || value > 0) extent.include(value);
    };
    auto [begin, end] = within(from, to);
    while (begin < end) {
        size_t level = 0, size = 1;
        // The largest block that begins here and ends in the stretch.
        while (level < m_levels.size() && begin % (size * blockSize) == 0 &&
               begin + size * blockSize <= end) {
            size *= blockSize;
            ++level;
        }
        if (level == 0) {
            take(m_points[begin].value);
        } else {
            const Block& block = blocks(level)[begin / size];
            take(block.first.value);
            take(block.second.value);
        }
        begin += size;
    }
    return extent;
}

std::vector<SeriesPoint> Series::decimated(double from, double to, int columns) const {
    auto [begin, end] = within(from, to);
    if (begin > 0) --begin;
    if (end < m_points.size()) ++end;
    size_t level = 0, size = 1;
    const auto wanted = static_cast<size_t>(std::max(columns, 1));
    while (level < m_levels.size() && (end - begin) / (size * blockSize) >= wanted) {
        size *= blockSize;
        ++level;
    }
    Columns out(from, to, columns);
    if (level == 0) {
        for (size_t i = begin; i < end; ++i) out.add(m_points[i]);
        return out.take();
    }
    size_t i = begin;
    for (; i < end && i % size != 0; ++i) out.add(m_points[i]);
    for (; i + size <= end; i += size) {
        const Block& block = blocks(level)[i / size];
        out.add(block.first);
        out.add(block.second);
    }
    for (; i < end; ++i) out.add(m_points[i]);
    return out.take();
}

void SmoothedSeries::rebuild(const Series& source, double weight) {
    *this = {};
    m_weight = weight;
    m_series.reserve(source.size());
    follow(source);
}

void SmoothedSeries::follow(const Series& source) {
    for (const SeriesPoint& point : source.points().subspan(m_taken)) {
        m_sum = m_weight * m_sum + (1 - m_weight) * point.value;
        m_power *= m_weight;
        m_series.append(point.step, m_sum / (1 - m_power));
    }
    m_taken = source.size();
}

std::optional<double> Series::valueAt(double step) const {
    const std::optional<SeriesPoint> point = at(step);
    const auto after = std::upper_bound(m_nonFinite.begin(), m_nonFinite.end(), step);
    const bool isNonFinite =
        after != m_nonFinite.begin() && (!point || *std::prev(after) > point->step);
    if (isNonFinite) return std::numeric_limits<double>::quiet_NaN();
    return point ? std::optional(point->value) : std::nullopt;
}

}  // namespace vitrine::gui
