// SPDX-License-Identifier: Apache-2.0
// Logits of one image as what people read: probabilities, and the likeliest class.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/probe/predictions.h"

namespace vitrine {

/// exp(xᵢ) / Σ exp(xⱼ), worked out in float64 relative to the largest. All NaN where isAnswer is
/// false.
std::vector<float> softmax(std::span<const double> logits);

/// False where a logit is NaN or the largest is infinite.
bool isAnswer(std::span<const double> logits);

struct LikeliestClass {
    int32_t index = 0;  ///< the first of equal ones
    float probability = 0;
};

/// The largest softmax; noAnswer and NaN where isAnswer is false. There is at least one logit.
LikeliestClass likeliestClass(std::span<const double> logits);

/// −log softmax(logits)[label]; NaN where isAnswer is false or there is no such class.
float classLoss(std::span<const double> logits, int32_t label);

/// What an example was taken for, which is of class `label`.
void appendAnswer(std::span<const double> logits, int32_t label, Predictions& predictions);

}  // namespace vitrine
