// SPDX-License-Identifier: Apache-2.0
// Of what is marked in the prediction, the share that is marked in the target.
#include "core/metrics/marks.h"

namespace vitrine::metrics::mark_precision {

namespace {

int64_t part(const MarkCount& count) { return count.both; }
int64_t whole(const MarkCount& count) { return count.said; }

std::unique_ptr<MetricSum> make() { return std::make_unique<ShareOfMarks<part, whole>>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "mark_precision",
    .title = "Precision of marks",
    .summary =
        "Of what is marked in the prediction (logits above 0) the share that is marked in the "
        "target.",
    .unit = MetricUnit::Share,
    .isLargerBetter = true,
    .fits = areNumbers,
    .make = make,
};

}  // namespace vitrine::metrics::mark_precision
