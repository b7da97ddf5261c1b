// SPDX-License-Identifier: Apache-2.0
// Finds the metrics that fit what losses compare.
#include "core/train/channels.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/nearest_word.h"
#include "core/graph/roles.h"
#include "core/probe/records.h"

namespace vitrine {

namespace {

class Compared {
  public:
    explicit Compared(const TrainedPart& part) : m_part(part) {
        if (!part.shapes().ok()) return;
        const Result<Roles> roles = rolesOf(part.graph(), part.wiring(), true);
        if (roles) m_losses = roles->losses;
    }

    const std::vector<LossRole>& losses() const { return m_losses; }
    const std::string& idOf(size_t loss) const {
        return m_part.graph().nodes()[static_cast<size_t>(m_losses[loss].node)].id;
    }
    /// Position among the losses, or -1.
    int find(std::string_view id) const {
        for (size_t i = 0; i < m_losses.size(); ++i)
            if (idOf(i) == id) return static_cast<int>(i);
        return -1;
    }
    bool fits(const MetricDescriptor& metric, size_t loss) const {
        const auto& shapes = m_part.shapes().nodes[static_cast<size_t>(m_losses[loss].node)];
        return metric.fits(shapes.operands[0], shapes.operands[1]);
    }
    std::string typesText(size_t loss) const {
        const auto& shapes = m_part.shapes().nodes[static_cast<size_t>(m_losses[loss].node)];
        return fmt::format("{} with {}",
                           batchShapeText(shapes.operands[0].shape, m_part.shapes().batch),
                           batchShapeText(shapes.operands[1].shape, m_part.shapes().batch));
    }

  private:
    const TrainedPart& m_part;
    std::vector<LossRole> m_losses;
};

std::vector<MetricChannel> chosen(const Compared& compared,
                                  const std::vector<MetricChoice>& choice) {
    std::vector<MetricChannel> channels;
    for (const MetricChoice& one : choice) {
        const MetricDescriptor* metric = findMetric(one.metric);
        const int loss = compared.find(one.loss);
        if (metric && loss >= 0 && compared.fits(*metric, static_cast<size_t>(loss)))
            channels.push_back({{}, metric, loss});
    }
    return channels;
}

std::vector<MetricChannel> usual(const Compared& compared) {
    std::vector<MetricChannel> channels;
    for (size_t loss = 0; loss < compared.losses().size(); ++loss)
        for (const MetricDescriptor* metric : allMetrics())
            if (metric->isUsual && compared.fits(*metric, loss))
                channels.push_back({{}, metric, static_cast<int>(loss)});
    return channels;
}

}  // namespace

int Channels::metric(std::string_view name) const {
    const auto found = std::ranges::find(metrics, name, &MetricChannel::name);
    return found == metrics.end() ? -1 : static_cast<int>(found - metrics.begin());
}

const MetricDescriptor* metricOfChannel(std::string_view name) {
    const size_t point = name.rfind('.');
    return findMetric(point == name.npos ? name : name.substr(point + 1));
}

ChannelNames namesOf(const Channels& channels) {
    ChannelNames names;
    if (channels.losses.size() > 1) names.losses = channels.losses;
    for (const MetricChannel& channel : channels.metrics) names.metrics.push_back(channel.name);
    return names;
}

std::string metricText(const MetricDescriptor& metric, double value) {
    if (std::isnan(value)) return "nan";
    switch (metric.unit) {
        case MetricUnit::Share:
            return fmt::format("{:.2f} %", 100 * value);
        case MetricUnit::Degrees:
            return fmt::format("{:.2f}°", value);
        case MetricUnit::Number:
            break;
    }
    return fmt::format("{:.4g}", value);
}

Channels channelsOf(const TrainedPart& part,
                    const std::optional<std::vector<MetricChoice>>& choice) {
    const Compared compared(part);
    Channels channels;
    for (size_t loss = 0; loss < std::min(compared.losses().size(), mostChannels); ++loss)
        channels.losses.push_back(compared.idOf(loss));
    channels.metrics = choice ? chosen(compared, *choice) : usual(compared);
    channels.metrics.resize(std::min(channels.metrics.size(), mostChannels));
    for (MetricChannel& channel : channels.metrics) {
        const auto isLike = [&](const MetricChannel& other) {
            return other.metric == channel.metric && other.loss != channel.loss;
        };
        channel.name = channel.metric->id;
        if (std::ranges::any_of(channels.metrics, isLike))
            channel.name = fmt::format("{}.{}", compared.idOf(static_cast<size_t>(channel.loss)),
                                       channel.metric->id);
    }
    return channels;
}

std::vector<MetricChoice> fittingMetrics(const TrainedPart& part) {
    const Compared compared(part);
    std::vector<MetricChoice> fitting;
    for (size_t loss = 0; loss < std::min(compared.losses().size(), mostChannels); ++loss)
        for (const MetricDescriptor* metric : allMetrics())
            if (compared.fits(*metric, loss))
                fitting.push_back({std::string(metric->id), compared.idOf(loss)});
    return fitting;
}

std::vector<Error> metricProblems(const TrainedPart& part,
                                  const std::vector<MetricChoice>& choice) {
    const Compared compared(part);
    std::vector<Error> problems;
    const auto tell = [&](const MetricChoice& one, std::string message, std::string next) {
        Error error{"U21", std::move(message), {}, "It is not measured.", std::move(next)};
        error.place.field = "metrics";
        if (part.graph().find(one.loss)) error.place.node = one.loss;
        problems.push_back(std::move(error));
    };
    for (const MetricChoice& one : choice) {
        const MetricDescriptor* metric = findMetric(one.metric);
        const int loss = compared.find(one.loss);
        if (!metric || compared.losses().empty()) continue;
        if (loss < 0)
            tell(one,
                 fmt::format("metric '{}' is to be of loss '{}', and there is no such loss",
                             one.metric, one.loss),
                 "Choose the metrics of the project anew.");
        else if (!compared.fits(*metric, static_cast<size_t>(loss)))
            tell(one,
                 fmt::format("metric '{}' says nothing of loss '{}', which compares {}", one.metric,
                             one.loss, compared.typesText(static_cast<size_t>(loss))),
                 "Choose another metric for it.");
    }
    if (choice.size() > mostChannels)
        tell(
            choice.back(),
            fmt::format("{} metrics are chosen, and a run records {}", choice.size(), mostChannels),
            "Choose fewer.");
    return problems;
}

}  // namespace vitrine
