// SPDX-License-Identifier: Apache-2.0
// The networks that benchmarks measure: which template each is, and at which batches it counts.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/session/project.h"

namespace vitrine {

struct BenchNetwork {
    std::string_view id;  ///< as it is called by whoever asks
    std::string_view templateId;
    std::span<const int64_t> trainingBatches, inferenceBatches;  ///< empty: not measured
};

std::span<const BenchNetwork> benchNetworks();

/// Its template with the usual fields, to be trained by momentum. Errors: those of projectOf.
Result<Project> benchProject(const BenchNetwork& network);

}  // namespace vitrine
