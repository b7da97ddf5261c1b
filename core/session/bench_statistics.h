// SPDX-License-Identifier: Apache-2.0
// What measured times say, and how sure one may be.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace vitrine {

/// The value that so much of all lie below, the nearest above; 0.5: the median. Of none: 0.
double quantile(std::vector<double> numbers, double share);
inline double median(std::vector<double> numbers) { return quantile(std::move(numbers), 0.5); }

/// A median, and the interval that holds 95 % of the medians of samples that are drawn anew from
/// the same numbers (the percentile bootstrap).
struct MedianEstimate {
    double median = 0, low = 0, high = 0;
};
/// A function of its argument: what is drawn comes from a fixed seed.
MedianEstimate estimateMedian(std::span<const double> numbers);

}  // namespace vitrine
