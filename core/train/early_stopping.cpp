// SPDX-License-Identifier: Apache-2.0
// Finds what is watched among the numbers that a run reports.
#include "core/train/early_stopping.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"

namespace vitrine {

namespace {

Error notMeasured(const std::string& watched, const Channels& channels) {
    std::vector<std::string> known{"loss"};
    for (const MetricChannel& channel : channels.metrics) known.push_back(channel.name);
    Error error{"P11",
                fmt::format("'{}' is to say which epoch is the best, but it is not measured; "
                            "wanted one of {}",
                            printable(watched, 60), fmt::join(known, ", ")),
                {},
                {},
                "Choose the metric, or watch another number."};
    error.place.field = "watch";
    return error;
}

}  // namespace

double EarlyStopping::valueOf(const RunEvent& epoch) const {
    return metric < 0 ? epoch.testLoss : epoch.metrics[static_cast<size_t>(metric)];
}

Result<EarlyStopping> earlyStoppingOf(const Attrs& fields, const Channels& channels, bool hasTest) {
    EarlyStopping stopping{.patience = fields.integer("patience"),
                           .leastGain = fields.real("min_delta"),
                           .keepsBest = fields.flag("keep_best")};
    const std::string& watched = fields.text("watch");
    if (watched == "loss" || !stopping.isOn()) return stopping;
    if (!hasTest) return notMeasured(watched, {});  // there are no metrics then
    stopping.metric = channels.metric(watched);
    if (stopping.metric < 0) return notMeasured(watched, channels);
    const MetricChannel& channel = channels.metrics[static_cast<size_t>(stopping.metric)];
    stopping.isSmallerBetter = !channel.metric->isLargerBetter;
    return stopping;
}

}  // namespace vitrine
