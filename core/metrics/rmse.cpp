// SPDX-License-Identifier: Apache-2.0
// Root mean squared error over all numbers of a set.
#include <cmath>

#include "core/metrics/differences.h"

namespace vitrine::metrics::rmse {

namespace {

double square(double x) { return x * x; }
double root(double x) { return std::sqrt(x); }

std::unique_ptr<MetricSum> make() { return std::make_unique<MeanOfDifferences<square, root>>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "rmse",
    .title = "Root mean squared error",
    .summary = "Root of the mean squared difference, in the target's unit.",
    .unit = MetricUnit::Number,
    .isLargerBetter = false,
    .isUsual = false,
    .fits = areNumbers,
    .make = make,
};

}  // namespace vitrine::metrics::rmse
