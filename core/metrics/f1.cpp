// SPDX-License-Identifier: Apache-2.0
// The harmonic mean of precision and recall of each class; the mean over classes.
#include "core/metrics/class_counts.h"

namespace vitrine::metrics::f1 {

namespace {

double harmonic(const ClassCount& count) {
    return share(2 * count.both, count.said + count.actual);
}

std::unique_ptr<MetricSum> make() {
    return std::make_unique<MeanOverClasses<isSaidOrSo, harmonic>>();
}

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "f1",
    .title = "F1",
    .summary =
        "The harmonic mean of precision and recall of each class, as a mean over the classes that "
        "the set has or that are said.",
    .unit = MetricUnit::Share,
    .isLargerBetter = true,
    .fits = areClasses,
    .make = make,
};

}  // namespace vitrine::metrics::f1
