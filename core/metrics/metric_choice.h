// SPDX-License-Identifier: Apache-2.0
// MetricChoice: a metric that a project wants to see.
#pragma once

#include <string>

namespace vitrine {

/// A metric of what a loss compares.
struct MetricChoice {
    std::string metric;  ///< id
    std::string loss;    ///< id of the graph's node
    bool operator==(const MetricChoice&) const = default;
};

}  // namespace vitrine
