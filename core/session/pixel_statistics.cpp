// SPDX-License-Identifier: Apache-2.0
// Counts how often each byte stands there: exact, whatever the order.
#include "core/session/pixel_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vitrine {

namespace {

using Counts = std::array<int64_t, 256>;

/// mean = Σ n_b · b / N,  std = √(Σ n_b · (b − mean)² / N), of b / 255.
Normalisation momentsOf(const Counts& counts) {
    double all = 0, sum = 0, squares = 0;
    for (size_t b = 0; b < counts.size(); ++b) {
        all += static_cast<double>(counts[b]);
        sum += static_cast<double>(counts[b]) * static_cast<double>(b) / 255;
    }
    const double mean = sum / all;
    for (size_t b = 0; b < counts.size(); ++b) {
        const double off = static_cast<double>(b) / 255 - mean;
        squares += static_cast<double>(counts[b]) * off * off;
    }
    const double std = std::sqrt(squares / all);
    return {mean, std > 0 ? std : 1};
}

}  // namespace

Result<Normalisation> normalisationOf(const Dataset& stored,
                                      const std::function<void(double share)>& progress,
                                      const std::stop_token& stop) {
    const auto& columns = stored.storedColumns();
    const auto image = std::ranges::find_if(
        columns, [](const Column& column) { return column.isImage() && !column.hasClasses(); });
    if (stored.train.count == 0 || image == columns.end())
        return Error{"U04",
                     "the training part has no images to take mean and deviation of",
                     {},
                     "Nothing was changed.",
                     "Choose data with images for training."};
    const auto column = static_cast<size_t>(image - columns.begin());
    Counts counts{};
    for (int64_t i = 0; i < stored.train.count; ++i) {
        if (stop.stop_requested()) return stoppedError();
        for (const uint8_t pixel : stored.train.pixels(column, i)) ++counts[pixel];
        if (progress && i % 64 == 0)
            progress(static_cast<double>(i) / static_cast<double>(stored.train.count));
    }
    return momentsOf(counts);
}

}  // namespace vitrine
