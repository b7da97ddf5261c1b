// SPDX-License-Identifier: Apache-2.0
// Measures weights on the test images of a project's data.
#pragma once

#include <optional>
#include <string>

#include "core/session/training_run.h"

namespace vitrine {

struct Evaluation {
    int64_t images = 0;
    double imagesPerSecond = 0;
    RunEvent score;             ///< loss, losses and metrics
    Channels channels;          ///< what they are called
    int64_t withoutAnswer = 0;  ///< images with outputs that are not finite; counted where a
                                ///< batch's loss is not
};

/// H01 where the loss is not finite: then neither number is a result.
std::optional<Error> faultOf(const Evaluation& evaluation);

/// Errors: those of project, data, weights (C02, C05, W…) and memory.
Result<Evaluation> evaluateWeights(const RunRequest& request, const std::string& weights);

}  // namespace vitrine
