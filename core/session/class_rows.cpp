// SPDX-License-Identifier: Apache-2.0
// Looks behind an output for what makes it.
#include "core/session/class_rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/graph/special_nodes.h"

namespace vitrine {

namespace {

constexpr std::string_view inOrder[] = {"identity", "reshape", "reshape_like",
                                        "flatten",  "squeeze", "unsqueeze",
                                        "cast",     "dropout", "repeat_examples"};

/// The operator that makes the numbers; what only hands them on is passed.
std::string_view makerOf(const TrainedPart& part, Source from) {
    while (from.isConnected()) {
        const std::string_view op = part.graph().nodes()[static_cast<size_t>(from.node)].op->id;
        if (std::ranges::find(inOrder, op) == std::end(inOrder)) return op;
        from = part.wiring().source(from.node, 0);
    }
    return {};
}

}  // namespace

ClassRows classRows(const TrainedPart& part, const Roles& roles, const Source& output) {
    for (const LossRole& loss : roles.losses) {
        const bool isOurs =
            loss.prediction.node == output.node && loss.prediction.port == output.port;
        if (!isOurs || !loss.target.isConnected()) continue;
        const Node& target = part.graph().nodes()[static_cast<size_t>(loss.target.node)];
        if (isInput(target) && isClassInput(target))
            return {.areClasses = true, .kind = RowKind::Logits, .column = columnOf(target)};
    }
    if (!roles.losses.empty()) return {};
    const std::string_view maker = makerOf(part, output);
    if (maker == "sigmoid" || maker == "hard_sigmoid") return {};
    return {.areClasses = true,
            .kind = maker == "softmax"       ? RowKind::Probabilities
                    : maker == "log_softmax" ? RowKind::Logits
                                             : RowKind::Unknown};
}

bool addUpToOne(std::span<const double> row) {
    constexpr double tolerance = 2e-3;
    const auto isShare = [](double x) { return x >= 0 && x <= 1 + tolerance; };
    return std::ranges::all_of(row, isShare) &&
           std::abs(std::accumulate(row.begin(), row.end(), 0.0) - 1) <= tolerance;
}

std::vector<double> logitsOf(std::span<const double> row, RowKind kind) {
    std::vector<double> logits(row.begin(), row.end());
    const bool areShares = kind == RowKind::Probabilities ||
                           (kind == RowKind::Unknown && row.size() > 1 && addUpToOne(row));
    if (areShares)
        for (double& x : logits) x = std::log(x);
    return logits;
}

std::vector<double> logitsOf(std::span<const float> row, RowKind kind) {
    return logitsOf(std::vector<double>(row.begin(), row.end()), kind);
}

}  // namespace vitrine
