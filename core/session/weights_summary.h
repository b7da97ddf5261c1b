// SPDX-License-Identifier: Apache-2.0
// What a file of weights holds, for whoever shows it without using it.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/result.h"

namespace vitrine {

struct WeightsSummary {
    int64_t tensors = 0;  ///< of any type
    int64_t numbers = 0;  ///< in those whose type is known here
};

/// Reads and checks the header. Errors: those of openSafetensors().
Result<WeightsSummary> summariseWeights(const std::string& path);

}  // namespace vitrine
