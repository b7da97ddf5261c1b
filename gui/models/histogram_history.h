// SPDX-License-Identifier: GPL-3.0-or-later
// HistogramHistory: how the distribution of one tensor went over a run, in a bounded number of
// columns.
#pragma once

#include <array>
#include <vector>

#include "core/probe/histogram.h"
#include "gui/models/series.h"

namespace vitrine::gui {

/// One or more samples that follow each other.
struct HistogramColumn {
    int64_t firstStep = 0, lastStep = 0;
    int samples = 0;
    /// Mean over the samples of the share of finite elements in each bin.
    std::array<float, LogHistogram::bins> shares{};
    /// Extremes, sums of nonFinite and nans, means of the other numbers; the norm is the root of
    /// the mean square.
    TensorStatistics statistics;
};

/// A plain value. When it is full, neighbours become one, two by two, and each later column holds
/// twice as many samples.
class HistogramHistory {
  public:
    static constexpr int mostColumns = 512;

    void add(const HistogramRecord& record);

    const std::vector<HistogramColumn>& columns() const { return m_columns; }
    int samplesPerColumn() const { return m_samplesPerColumn; }
    /// Of the newest sample.
    const TensorStatistics& latest() const { return m_latest; }
    int64_t latestStep() const { return m_latestStep; }
    /// Root mean square of every sample over steps; samples that are not finite are kept apart.
    const Series& sizes() const { return m_sizes; }
    /// Raised by every add: columns before this one are as they were when it was read last, unless
    /// samplesPerColumn() has changed.
    int64_t samples() const { return m_samples; }

  private:
    void mergePairs();
    std::vector<HistogramColumn> m_columns;
    int m_samplesPerColumn = 1;
    int64_t m_samples = 0, m_latestStep = 0;
    TensorStatistics m_latest;
    Series m_sizes;
};

/// Bins that hold something, as [first, last]; first > last where all are empty.
struct BinRange {
    int first = LogHistogram::bins, last = -1;
    bool isEmpty() const { return first > last; }
    int count() const { return last - first + 1; }
    void include(const BinRange& other);
};
/// Where the shares are at least one in ten thousand. A column with numbers that are not finite has
/// at least the middle bin, so that it is seen even where nothing else is.
BinRange occupiedBins(const HistogramColumn& column);

}  // namespace vitrine::gui
