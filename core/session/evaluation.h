// SPDX-License-Identifier: Apache-2.0
// Measures weights on the test images of a project's data.
#pragma once

#include <string>

#include "core/session/training_run.h"

namespace vitrine {

struct Evaluation {
    int64_t images = 0;
    double loss = 0, accuracy = 0, imagesPerSecond = 0;
};

/// Errors: those of project, data, weights (C02, C05, W…) and memory.
Result<Evaluation> evaluateWeights(const RunRequest& request, const std::string& weights);

}  // namespace vitrine
