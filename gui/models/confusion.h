// SPDX-License-Identifier: GPL-3.0-or-later
// What a network takes for what, and the images that it got wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/probe/confusion_matrix.h"

namespace vitrine::gui {

/// One class taken for another, or for none.
struct Confusion {
    int truth = 0, predicted = 0;
    bool operator==(const Confusion&) const = default;
};

struct Sample {
    int64_t index = 0;                  ///< in its image set
    std::optional<int> predicted = {};  ///< a class or noAnswer; without: nobody has asked
    float probability = 0;              ///< of that class
};

/// Test images whose class was not found: those without an answer, then the most confident first;
/// with `only`, those of one cell of the matrix (which may lie on the diagonal).
std::vector<Sample> mistakesOf(const Predictions& predictions, std::span<const int32_t> labels,
                               std::optional<Confusion> only = {});

}  // namespace vitrine::gui
