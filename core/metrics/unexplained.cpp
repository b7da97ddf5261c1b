// SPDX-License-Identifier: Apache-2.0
// The share of the targets' variance, over all numbers of a set, that the predictions leave.
#include "core/metrics/spread.h"

namespace vitrine::metrics::unexplained {

namespace {

double itself(double share) { return share; }

std::unique_ptr<MetricSum> make() { return std::make_unique<ErrorOverSpread<itself>>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "unexplained",
    .title = "Unexplained variance",
    .summary =
        "Mean squared error divided by the variance of the targets: 0 is perfect, 1 is no better "
        "than always saying their mean.",
    .unit = MetricUnit::Share,
    .isLargerBetter = false,
    .isUsual = false,
    .fits = areNumbers,
    .make = make,
};

}  // namespace vitrine::metrics::unexplained
