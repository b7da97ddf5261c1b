// SPDX-License-Identifier: Apache-2.0
// Of what is marked in the target, the share that is found.
#include "core/metrics/marks.h"

namespace vitrine::metrics::mark_recall {

namespace {

int64_t part(const MarkCount& count) { return count.both; }
int64_t whole(const MarkCount& count) { return count.so; }

std::unique_ptr<MetricSum> make() { return std::make_unique<ShareOfMarks<part, whole>>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "mark_recall",
    .title = "Recall of marks",
    .summary =
        "Of what is marked in the target the share that is marked in the prediction (logits above "
        "0).",
    .unit = MetricUnit::Share,
    .isLargerBetter = true,
    .fits = areNumbers,
    .make = make,
};

}  // namespace vitrine::metrics::mark_recall
