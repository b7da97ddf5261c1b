// SPDX-License-Identifier: GPL-3.0-or-later
// Samples become columns, columns become one.
#include "gui/models/histogram_history.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gui/models/gradient_verdict.h"

namespace vitrine::gui {

namespace {

HistogramColumn columnOf(const HistogramRecord& record) {
    HistogramColumn column{.firstStep = record.step,
                           .lastStep = record.step,
                           .samples = 1,
                           .statistics = record.statistics};
    double total = 0;
    for (uint32_t count : record.histogram.counts) total += count;
    if (total == 0) return column;
    for (size_t bin = 0; bin < column.shares.size(); ++bin)
        column.shares[bin] = static_cast<float>(record.histogram.counts[bin] / total);
    return column;
}

/// The mean of two numbers that stand for `a` and `b` samples.
struct WeightedMean {
    double a, b;
    double operator()(double x, double y) const { return (a * x + b * y) / (a + b); }
};

TensorStatistics merged(const TensorStatistics& x, const TensorStatistics& y, WeightedMean mean) {
    const auto wholeMean = [&](int64_t i, int64_t j) {
        return std::llround(mean(static_cast<double>(i), static_cast<double>(j)));
    };
    return {.count = wholeMean(x.count, y.count),
            .nonFinite = x.nonFinite + y.nonFinite,
            .nans = x.nans + y.nans,
            .zeros = wholeMean(x.zeros, y.zeros),
            .minimum = std::min(x.minimum, y.minimum),
            .maximum = std::max(x.maximum, y.maximum),
            .mean = mean(x.mean, y.mean),
            .norm = std::sqrt(mean(x.norm * x.norm, y.norm * y.norm))};
}

/// `later` comes right after `column`.
void merge(HistogramColumn& column, const HistogramColumn& later) {
    const WeightedMean mean{static_cast<double>(column.samples),
                            static_cast<double>(later.samples)};
    for (size_t bin = 0; bin < column.shares.size(); ++bin)
        column.shares[bin] = static_cast<float>(mean(column.shares[bin], later.shares[bin]));
    column.statistics = merged(column.statistics, later.statistics, mean);
    column.samples += later.samples;
    column.lastStep = later.lastStep;
}

}  // namespace

void HistogramHistory::add(const HistogramRecord& record) {
    HistogramColumn column = columnOf(record);
    const bool beginsColumn = m_columns.empty() || m_columns.back().samples == m_samplesPerColumn;
    if (beginsColumn && m_columns.size() == mostColumns) mergePairs();
    if (beginsColumn)
        m_columns.push_back(std::move(column));
    else
        merge(m_columns.back(), column);
    m_latest = record.statistics;
    m_latestStep = record.step;
    m_sizes.append(static_cast<double>(record.step), m_latest.nonFinite > 0
                                                         ? std::numeric_limits<double>::quiet_NaN()
                                                         : rootMeanSquare(m_latest));
    ++m_samples;
}

void HistogramHistory::mergePairs() {
    for (size_t i = 0; i < m_columns.size() / 2; ++i) {
        m_columns[i] = m_columns[2 * i];
        merge(m_columns[i], m_columns[2 * i + 1]);
    }
    m_columns.resize(m_columns.size() / 2);
    m_samplesPerColumn *= 2;
}

void BinRange::include(const BinRange& other) {
    first = std::min(first, other.first);
    last = std::max(last, other.last);
}

BinRange occupiedBins(const HistogramColumn& column) {
    constexpr float least = 1e-4F;
    BinRange range;
    for (int bin = 0; bin < LogHistogram::bins; ++bin)
        if (column.shares[static_cast<size_t>(bin)] >= least) range.include({bin, bin});
    if (column.statistics.nonFinite > 0)
        range.include({LogHistogram::zeroBin, LogHistogram::zeroBin});
    return range;
}

}  // namespace vitrine::gui
