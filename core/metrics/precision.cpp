// SPDX-License-Identifier: Apache-2.0
// Of what is said to be of a class, the share that is; the mean over classes.
#include "core/metrics/class_counts.h"

namespace vitrine::metrics::precision {

namespace {

double right(const ClassCount& count) { return share(count.both, count.said); }

std::unique_ptr<MetricSum> make() { return std::make_unique<MeanOverClasses<isSaidOrSo, right>>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "precision",
    .title = "Precision",
    .summary =
        "Of what is said to be of a class the share that is, as a mean over classes. One that the "
        "set has and nothing is said to be of counts as 0; one that is neither there nor said is "
        "left out.",
    .unit = MetricUnit::Share,
    .isLargerBetter = true,
    .fits = areClasses,
    .make = make,
};

}  // namespace vitrine::metrics::precision
