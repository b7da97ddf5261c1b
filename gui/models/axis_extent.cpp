// SPDX-License-Identifier: GPL-3.0-or-later
// Percentiles of a sample, widened.
#include "gui/models/axis_extent.h"

#include <algorithm>
#include <cmath>

namespace vitrine::gui {

namespace {

constexpr size_t mostSampled = 2048;
constexpr double cut = 0.01;  ///< on either side

/// Lengths along a linear or a logarithmic axis.
struct Scale {
    bool isLog;
    double placeOf(double value) const { return isLog ? std::log10(value) : value; }
};

/// Evenly spaced, from the newest value backwards.
std::vector<double> sampled(std::span<const SeriesPoint> points, bool positiveOnly) {
    const size_t stride = (points.size() + mostSampled - 1) / mostSampled;
    std::vector<double> values;
    for (size_t i = 0; i < points.size(); i += stride) {
        const double value = points[points.size() - 1 - i].value;
        if (!positiveOnly || value > 0) values.push_back(value);
    }
    return values;
}

double ranked(std::vector<double>& values, size_t rank) {
    const auto at = values.begin() + static_cast<ptrdiff_t>(rank);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

}  // namespace

Extent axisExtent(const Series& series, double from, double to, bool isLog) {
    const Extent all = series.valuesWithin(from, to, isLog);
    std::vector<double> values = sampled(series.pointsWithin(from, to), isLog);
    if (all.isEmpty || values.empty()) return all;
    const double newest = values.front();
    const auto off = static_cast<size_t>(cut * static_cast<double>(values.size()));
    if (off == 0) return all;
    Extent typical;
    typical.include(ranked(values, off));
    typical.include(ranked(values, values.size() - 1 - off));
    const Scale scale{isLog};
    const double low = scale.placeOf(typical.lowest), high = scale.placeOf(typical.highest);
    const double near = high - low;
    typical.include(newest);
    if (low - scale.placeOf(all.lowest) <= near) typical.include(all.lowest);
    if (scale.placeOf(all.highest) - high <= near) typical.include(all.highest);
    return typical;
}

}  // namespace vitrine::gui
