// SPDX-License-Identifier: Apache-2.0
// What a metric says of numbers that stand in a test.
#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/check.h"
#include "core/metrics/metric.h"

namespace vitrine::test {

/// Of a set in one batch.
inline double metricOf(std::string_view id, const Shape& prediction, const Shape& target,
                       const std::vector<double>& predictions, const std::vector<double>& targets) {
    const auto sum = findMetric(id)->make();
    sum->add({prediction, target, predictions, targets});
    return sum->value();
}

/// Of the same set in two batches, the first of which has `first` examples.
inline double metricInTwoParts(std::string_view id, const Shape& prediction, const Shape& target,
                               const std::vector<double>& predictions,
                               const std::vector<double>& targets, int64_t first) {
    const auto sum = findMetric(id)->make();
    const auto shapeOf = [](const Shape& whole, int64_t count) {
        Shape part{count};
        for (int64_t extent : whole.dims().subspan(1)) part.push(extent);
        return part;
    };
    const auto partOf = [](const std::vector<double>& all, int64_t count, int64_t begin,
                           int64_t end) {
        const int64_t each = static_cast<int64_t>(all.size()) / count;
        return std::span(all).subspan(static_cast<size_t>(begin * each),
                                      static_cast<size_t>((end - begin) * each));
    };
    const int64_t count = prediction[0];
    VITRINE_CHECK(first > 0 && first < count, "both parts have examples");
    for (const auto& [begin, end] : {std::pair(int64_t{0}, first), {first, count}})
        sum->add({shapeOf(prediction, end - begin), shapeOf(target, end - begin),
                  partOf(predictions, count, begin, end), partOf(targets, count, begin, end)});
    return sum->value();
}

}  // namespace vitrine::test
