// SPDX-License-Identifier: GPL-3.0-or-later
// What a network takes for what: counts over the test set, and the images that it got wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/probe/predictions.h"

namespace vitrine::gui {

/// A plain value: how many images of each class were taken for each class.
class ConfusionMatrix {
  public:
    ConfusionMatrix() = default;
    /// Labels or classes outside 0 … classes − 1 are left out.
    ConfusionMatrix(int classes, std::span<const int32_t> labels,
                    std::span<const int32_t> predicted);

    int classes() const { return m_classes; }
    bool isEmpty() const { return m_total == 0; }
    int64_t count(int truth, int predicted) const;
    int64_t total() const { return m_total; }
    int64_t ofClass(int truth) const;
    /// Share of the images of this class; 0 where there are none.
    double share(int truth, int predicted) const;
    double accuracy() const;
    /// Largest count beside the diagonal.
    int64_t worst() const;

  private:
    int m_classes = 0;
    int64_t m_total = 0;
    std::vector<int64_t> m_counts;
};

/// One class taken for another.
struct Confusion {
    int truth = 0, predicted = 0;
    bool operator==(const Confusion&) const = default;
};

struct Sample {
    int64_t index = 0;  ///< in its image set
    int predicted = -1;
    float probability = 0;
};

/// Test images whose class was not found, the most confident first; with `only`, those of one cell
/// of the matrix (which may lie on the diagonal).
std::vector<Sample> mistakesOf(const Predictions& predictions, std::span<const int32_t> labels,
                               std::optional<Confusion> only = {});

}  // namespace vitrine::gui
