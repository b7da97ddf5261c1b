// SPDX-License-Identifier: Apache-2.0
// The harmonic mean of precision and recall of marks: the Dice coefficient of a set.
#include "core/metrics/marks.h"

namespace vitrine::metrics::mark_f1 {

namespace {

int64_t part(const MarkCount& count) { return 2 * count.both; }
int64_t whole(const MarkCount& count) { return count.said + count.so; }

std::unique_ptr<MetricSum> make() { return std::make_unique<ShareOfMarks<part, whole>>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "mark_f1",
    .title = "F1 of marks",
    .summary =
        "The harmonic mean of precision and recall of what is marked (logits above 0): the Dice "
        "coefficient over all images of a set.",
    .unit = MetricUnit::Share,
    .isLargerBetter = true,
    .fits = areNumbers,
    .make = make,
};

}  // namespace vitrine::metrics::mark_f1
