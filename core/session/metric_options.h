// SPDX-License-Identifier: Apache-2.0
// What of a project's losses could be measured, and what is.
#pragma once

#include <string>
#include <vector>

#include "core/session/project.h"

namespace vitrine {

struct MetricOption {
    MetricChoice choice;
    std::string title;  ///< of the metric, `Accuracy`
    std::string summary;
    bool isMeasured = false;
};

/// Every metric that fits what a loss compares, in the graph's order; nothing where shapes do not
/// fit. Takes a shape pass.
std::vector<MetricOption> metricOptions(const Project& project);

}  // namespace vitrine
