// SPDX-License-Identifier: Apache-2.0
// The share of the targets' variance, over all numbers of a set, that the predictions explain.
#include "core/metrics/spread.h"

namespace vitrine::metrics::r2 {

namespace {

double rest(double share) { return 1 - share; }

std::unique_ptr<MetricSum> make() { return std::make_unique<ErrorOverSpread<rest>>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "r2",
    .title = "R²",
    .summary =
        "One less the mean squared error divided by the variance of the targets: 1 is perfect, 0 "
        "is no better than always saying their mean, below 0 is worse.",
    .unit = MetricUnit::Number,
    .isLargerBetter = true,
    .isUsual = false,
    .fits = areNumbers,
    .make = make,
};

}  // namespace vitrine::metrics::r2
