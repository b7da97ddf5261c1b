// SPDX-License-Identifier: Apache-2.0
// How often prediction and target agree whether something is marked.
#include "core/metrics/marks.h"

namespace vitrine::metrics::mark_accuracy {

namespace {

int64_t part(const MarkCount& count) { return count.all - count.said - count.so + 2 * count.both; }
int64_t whole(const MarkCount& count) { return count.all; }

std::unique_ptr<MetricSum> make() { return std::make_unique<ShareOfMarks<part, whole>>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "mark_accuracy",
    .title = "Accuracy of marks",
    .summary =
        "Share of numbers for which prediction (logits above 0) and target agree whether they are "
        "marked.",
    .unit = MetricUnit::Share,
    .isLargerBetter = true,
    .fits = areNumbers,
    .make = make,
};

}  // namespace vitrine::metrics::mark_accuracy
