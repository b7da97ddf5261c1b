// SPDX-License-Identifier: Apache-2.0
// Channels: which numbers a run reports besides its loss.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/graph/trained_part.h"
#include "core/metrics/metric.h"
#include "core/metrics/metric_choice.h"

namespace vitrine {

struct MetricChannel {
    std::string name;  ///< `accuracy`; where several losses have it `digit.accuracy`
    const MetricDescriptor* metric = nullptr;
    int loss = 0;  ///< position among the losses
};

/// Names for the numbers of StepRecord and RunEvent, in their order.
struct Channels {
    std::vector<std::string> losses;  ///< ids of their nodes; the sum of all is the run's loss
    std::vector<MetricChannel> metrics;
    /// Position among metrics, or -1.
    int metric(std::string_view name) const;
};

/// `97.20 %`, `4.31°`, `0.0123`: a metric's value as people read it.
std::string metricText(const MetricDescriptor& metric, double value);

/// The metric that a channel of that name has, or null.
const MetricDescriptor* metricOfChannel(std::string_view name);

/// Channels by their names alone, as logs tell them.
struct ChannelNames {
    std::vector<std::string> losses;  ///< empty where there is one loss
    std::vector<std::string> metrics;
    bool operator==(const ChannelNames&) const = default;
};
ChannelNames namesOf(const Channels& channels);

/// Without a choice every loss has the usual metrics that fit what it compares. Of a choice, what
/// fits nothing is left out: see metricProblems(). No more than StepRecord has room for.
Channels channelsOf(const TrainedPart& part,
                    const std::optional<std::vector<MetricChoice>>& choice);

/// Every metric that fits what a loss compares, in the graph's order.
std::vector<MetricChoice> fittingMetrics(const TrainedPart& part);

/// What of a choice cannot be measured: "U21" each, naming the loss's node where it is there.
std::vector<Error> metricProblems(const TrainedPart& part, const std::vector<MetricChoice>& choice);

}  // namespace vitrine
