// SPDX-License-Identifier: Apache-2.0
// Which tensor of a file is which of a network: by key or name, by names that other programs are
// known to give, by rules of the user's, or by shape and order. With a table of what became of
// each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/exec/state_layout.h"
#include "core/io/weights/weight_file.h"
#include "core/session/weight_wishes.h"

namespace vitrine {

/// One parameter or statistic of the network.
struct MatchedState {
    const StateLayout::Item* item = nullptr;
    const StoredTensor* tensor = nullptr;  ///< null: nothing of the file
    const StoredTensor* unfit = nullptr;   ///< has its name, and another shape or type
    std::string why = {};                  ///< where there is nothing
};
struct UnusedTensor {
    const StoredTensor* tensor = nullptr;
    std::string why;
};
/// Borrows from the file and the layout.
struct WeightsMatch {
    std::string how;                   ///< `by name`, `by torchvision's names of ResNet`
    bool isGuess = false;              ///< by shape and order alone
    std::vector<MatchedState> states;  ///< all, in the network's order
    std::vector<UnusedTensor> unused;  ///< in the file's order
    size_t matched() const;
    bool isWhole() const { return matched() == states.size(); }
};

/// Whether numbers of a shape stand in the other's order. Extents of 1 say nothing of it: [C, 1, 1]
/// becomes [C].
bool isSameOrder(const std::vector<int64_t>& found, const Shape& wanted);

/// The best that can be made of it, whole or not. Errors: those of rules and of keys.
Result<WeightsMatch> matchWeights(const WeightFile& file, const StateLayout& layout,
                                  const WeightWishes& wishes = {});

/// `62 of 62 tensors, by torchvision's names of ResNet; 20 of the file are left over`
std::string summaryOf(const WeightsMatch& match);
/// A line each: ours, theirs, shapes; what is left on both sides, and why.
std::string tableOf(const WeightsMatch& match);

}  // namespace vitrine
