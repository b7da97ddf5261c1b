// SPDX-License-Identifier: Apache-2.0
// Asks every metric about every loss.
#include "core/session/metric_options.h"

#include <algorithm>

#include "core/graph/trained_part.h"
#include "core/train/channels.h"

namespace vitrine {

std::vector<MetricOption> metricOptions(const Project& project) {
    const TrainedPart part(project.graph, {.batch = project.training.batch});
    const Channels measured = channelsOf(part, project.training.metrics);
    std::vector<MetricOption> options;
    for (const MetricChoice& choice : fittingMetrics(part)) {
        const MetricDescriptor* metric = findMetric(choice.metric);
        const auto isThis = [&](const MetricChannel& channel) {
            return channel.metric == metric &&
                   measured.losses[static_cast<size_t>(channel.loss)] == choice.loss;
        };
        options.push_back({choice, std::string(metric->title), std::string(metric->summary),
                           std::ranges::any_of(measured.metrics, isThis)});
    }
    return options;
}

}  // namespace vitrine
