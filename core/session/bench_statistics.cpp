// SPDX-License-Identifier: Apache-2.0
// Sorting, and drawing with replacement.
#include "core/session/bench_statistics.h"

#include <algorithm>
#include <cstddef>

#include "core/base/rng.h"

namespace vitrine {

double quantile(std::vector<double> numbers, double share) {
    if (numbers.empty()) return 0;
    const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(numbers.size()));
    const auto at = numbers.begin() + std::min(place, std::ssize(numbers) - 1);
    std::ranges::nth_element(numbers, at);
    return *at;
}

MedianEstimate estimateMedian(std::span<const double> numbers) {
    constexpr int draws = 2000;
    constexpr double outside = 0.05;
    Rng rng(1, RngStream::Test);
    std::vector<double> medians, sample(numbers.size());
    for (int draw = 0; draw < draws; ++draw) {
        for (double& number : sample) number = numbers[rng.below(numbers.size())];
        medians.push_back(median(sample));
    }
    return {.median = median({numbers.begin(), numbers.end()}),
            .low = quantile(medians, outside / 2),
            .high = quantile(medians, 1 - outside / 2)};
}

}  // namespace vitrine
