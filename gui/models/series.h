// SPDX-License-Identifier: GPL-3.0-or-later
// Series: a number over training steps, held so that any stretch of any length is drawn from a few
// points a pixel.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace vitrine::gui {

struct SeriesPoint {
    double step = 0, value = 0;
    bool operator==(const SeriesPoint&) const = default;
};

/// Lowest and highest of something; empty until the first number.
struct Extent {
    double lowest = 0, highest = 0;
    bool isEmpty = true;
    void include(double value);
    void include(const Extent& other);
};

/// A plain value. Beside the points it keeps a pyramid: the lowest and the highest point of every
/// 8, 64, 512, … in a row. An append costs amortised O(1), a drawing O(columns).
class Series {
  public:
    /// Steps ascend. A value that is not finite is kept apart, see nonFiniteSteps().
    void append(double step, double value);
    void clear() { *this = {}; }
    void reserve(size_t points) { m_points.reserve(points); }

    bool isEmpty() const { return m_points.empty(); }
    size_t size() const { return m_points.size(); }
    std::span<const SeriesPoint> points() const { return m_points; }
    std::span<const SeriesPoint> pointsWithin(double from, double to) const;
    /// The newest value up to `step`; NaN where it is not finite.
    std::optional<double> valueAt(double step) const;
    /// Steps whose value was not finite, ascending.
    std::span<const double> nonFiniteSteps() const { return m_nonFinite; }
    /// The point at the last step that is not after `step`.
    std::optional<SeriesPoint> at(double step) const;
    /// Values from step `from` to step `to`; with `positiveOnly` those that a log axis can show.
    Extent valuesWithin(double from, double to, bool positiveOnly = false) const;
    /// What a line from `from` to `to` needs in `columns` pixel columns: the lowest and the highest
    /// point of each column in the order of their steps, and one point on either side of the
    /// stretch.
    std::vector<SeriesPoint> decimated(double from, double to, int columns) const;

  private:
    /// Lowest and highest point of a block, in the order of their steps.
    struct Block {
        SeriesPoint first, second;
    };
    static constexpr size_t blockSize = 8;

    std::pair<size_t, size_t> within(double from, double to) const;
    std::span<const Block> blocks(size_t level) const { return m_levels[level - 1]; }
    void raise(size_t level);

    std::vector<SeriesPoint> m_points;
    std::vector<double> m_nonFinite;
    std::vector<std::vector<Block>> m_levels;  ///< [l]: full blocks of 8^(l + 1) points
};

/// A series whose numbers follow the other's smoothly: exponential moving average with
/// `weight` (0 … <1) on the past, divided by 1 − weightⁿ so that the start is not pulled to 0
/// (Kingma and Ba, 2015, section 3).
class SmoothedSeries {
  public:
    /// Starts anew with all points of `source`.
    void rebuild(const Series& source, double weight);
    /// Takes what `source` has got since.
    void follow(const Series& source);
    const Series& series() const { return m_series; }
    double weight() const { return m_weight; }

  private:
    Series m_series;
    double m_weight = 0, m_sum = 0, m_power = 1;
    size_t m_taken = 0;
};

}  // namespace vitrine::gui
