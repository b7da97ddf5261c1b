// SPDX-License-Identifier: Apache-2.0
// How long a network takes for an answer, once it is warm.
#pragma once

#include "core/session/inference.h"

namespace vitrine {

struct InferenceTiming {
    int64_t batch = 1, runs = 0;
    double p50 = 0, p90 = 0, p99 = 0;  ///< seconds for a batch: arrays in, arrays out
    double examplesPerSecond = 0;      ///< over all runs
};

/// Asks with the same arrays again and again for `seconds`, at least 10 times, after a tenth of
/// that has passed to warm up. Errors: those of Inference::run.
Result<InferenceTiming> timeInference(Inference& inference, std::span<const NamedTensor> arrays,
                                      double seconds);

/// Arrays of a batch for every input: floats between −1 and 1, whole numbers 0.
std::vector<NamedTensor> drawnArrays(const Inference& inference, int64_t batch, uint64_t seed);

}  // namespace vitrine
