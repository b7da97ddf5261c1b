// SPDX-License-Identifier: Apache-2.0
// Accuracy: the share of images whose largest logit is that of their class.
#include "core/metrics/metric.h"

namespace vitrine::metrics::accuracy {

namespace {

ValueId build(Builder& b, ValueId logits, ValueId labels) {
    return b.emit("count_correct", {logits, labels});
}

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "accuracy",
    .title = "Accuracy",
    .summary = "Share of images whose class is the one with the largest logit.",
    .build = build,
};

}  // namespace vitrine::metrics::accuracy
