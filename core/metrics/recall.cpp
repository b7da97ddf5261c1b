// SPDX-License-Identifier: Apache-2.0
// Of each class the share of its examples that are found; the mean over classes.
#include "core/metrics/class_counts.h"

namespace vitrine::metrics::recall {

namespace {

bool isThere(const ClassCount& count) { return count.actual > 0; }
double found(const ClassCount& count) { return share(count.both, count.actual); }

std::unique_ptr<MetricSum> make() { return std::make_unique<MeanOverClasses<isThere, found>>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "recall",
    .title = "Recall",
    .summary =
        "Of each class the share of its examples that are said to be of it, as a mean over the "
        "classes that the set has: the balanced accuracy.",
    .unit = MetricUnit::Share,
    .isLargerBetter = true,
    .fits = areClasses,
    .make = make,
};

}  // namespace vitrine::metrics::recall
