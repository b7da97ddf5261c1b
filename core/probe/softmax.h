// SPDX-License-Identifier: Apache-2.0
// Logits of one image as what people read: probabilities, and the likeliest class.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vitrine {

/// exp(xᵢ) / Σ exp(xⱼ), worked out in float64 relative to the largest. NaN where a logit is NaN.
std::vector<float> softmax(std::span<const double> logits);

struct LikeliestClass {
    int32_t index = 0;  ///< the first of equal ones, as count_correct has it
    float probability = 0;
};

/// The largest softmax. There is at least one logit.
LikeliestClass likeliestClass(std::span<const double> logits);

}  // namespace vitrine
