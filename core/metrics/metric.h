// SPDX-License-Identifier: Apache-2.0
// What a metric is: a number that evaluation sums over the images of a data set. One .cpp each.
#pragma once

#include <span>
#include <string_view>

#include "core/opdef/builder.h"

namespace vitrine {

struct MetricDescriptor {
    std::string_view id, title, summary;
    /// Appends instructions that give the batch's total (one float); divided by the number of
    /// images it is the metric.
    ValueId (*build)(Builder&, ValueId logits, ValueId labels) = nullptr;
};

std::span<const MetricDescriptor* const> allMetrics();
const MetricDescriptor* findMetric(std::string_view id);

}  // namespace vitrine
