// SPDX-License-Identifier: Apache-2.0
// Mean absolute error over all numbers of a set.
#include <cmath>

#include "core/metrics/differences.h"

namespace vitrine::metrics::mae {

namespace {

double magnitude(double x) { return std::abs(x); }
double itself(double x) { return x; }

std::unique_ptr<MetricSum> make() {
    return std::make_unique<MeanOfDifferences<magnitude, itself>>();
}

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "mae",
    .title = "Mean absolute error",
    .summary = "Mean distance between prediction and target, in the target's unit.",
    .unit = MetricUnit::Number,
    .isLargerBetter = false,
    .isUsual = true,
    .fits = areNumbers,
    .make = make,
};

}  // namespace vitrine::metrics::mae
