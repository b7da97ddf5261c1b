// SPDX-License-Identifier: Apache-2.0
// Splits of examples into a training and a test part, and sets of chosen examples.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/data/dataset.h"

namespace vitrine {

/// Which examples stand in which part, in ascending order.
struct Split {
    std::vector<int64_t> train, test;
};

struct SplitOptions {
    double testShare = 0.2;  ///< of all, or of each class: 0 to 1
    uint64_t seed = 1;
    /// A class for each example: the share is taken of each class for itself, and one example of
    /// each class at least is trained on. Empty: of all examples as one class.
    std::span<const int32_t> classes = {};
};

/// Draws the test part by the seed. The same arguments give the same split on every machine.
Split splitByShare(int64_t count, const SplitOptions& options);

/// Examples `indices` of a set, in that order; shares its source.
ExampleSet chosenExamples(const ExampleSet& set, std::vector<int64_t> indices);

}  // namespace vitrine
