// SPDX-License-Identifier: Apache-2.0
// What the network said of every test image.
#pragma once

#include <cstdint>
#include <vector>

namespace vitrine {

/// In the order of the test set.
struct Predictions {
    int64_t epoch = 0;  ///< epochs done
    std::vector<int32_t> classes;
    std::vector<float> probabilities;  ///< of that class, by softmax over the logits
};

}  // namespace vitrine
