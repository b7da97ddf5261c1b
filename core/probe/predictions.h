// SPDX-License-Identifier: Apache-2.0
// What the network said of every test image.
#pragma once

#include <cstdint>
#include <vector>

namespace vitrine {

/// The class of an image for which the network's outputs are not finite: it has said nothing.
inline constexpr int32_t noAnswer = -1;

/// In the order of the test set.
struct Predictions {
    int64_t epoch = 0;  ///< epochs done
    std::vector<int32_t> classes;
    /// Of that class, by softmax over the logits; NaN where there is no answer.
    std::vector<float> probabilities;
    /// −log p of the true class, p by softmax over the logits; NaN without an answer or a class.
    std::vector<float> losses = {};
};

}  // namespace vitrine
