// SPDX-License-Identifier: Apache-2.0
// Intersection over union of marked pixels, over all images of a set.
#include "core/metrics/marks.h"

namespace vitrine::metrics::iou {

namespace {

int64_t both(const MarkCount& count) { return count.both; }
int64_t either(const MarkCount& count) { return count.said + count.so - count.both; }

std::unique_ptr<MetricSum> make() { return std::make_unique<ShareOfMarks<both, either>>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "iou",
    .title = "Intersection over union",
    .summary =
        "Of the pixels that are marked in the target or in the prediction (logits above 0), the "
        "share that is marked in both.",
    .unit = MetricUnit::Share,
    .isLargerBetter = true,
    .isUsual = false,
    .fits = areNumbers,
    .make = make,
};

}  // namespace vitrine::metrics::iou
