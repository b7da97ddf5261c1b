// SPDX-License-Identifier: Apache-2.0
// ConfusionMatrix: what a network takes for what, as counts over the test set.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/probe/predictions.h"

namespace vitrine {

/// A plain value: how many images of each class were taken for each class, or for none.
class ConfusionMatrix {
  public:
    ConfusionMatrix() = default;
    /// Labels outside 0 … classes − 1 are left out; so are classes, except for noAnswer.
    ConfusionMatrix(int classes, std::span<const int32_t> labels,
                    std::span<const int32_t> predicted);

    int classes() const { return m_classes; }
    bool isEmpty() const { return m_total == 0; }
    /// The classes, and one more for noAnswer where an image got none.
    int columns() const { return m_classes + (m_withoutAnswer > 0 ? 1 : 0); }
    int predictedAt(int column) const { return column < m_classes ? column : noAnswer; }
    int columnOf(int predicted) const { return predicted == noAnswer ? m_classes : predicted; }
    int64_t count(int truth, int predicted) const;
    /// Counts of one class by column.
    std::span<const int64_t> row(int truth) const;
    /// The largest count of all cells.
    int64_t largest() const { return m_largest; }
    int64_t total() const { return m_total; }
    int64_t withoutAnswer() const { return m_withoutAnswer; }
    int64_t ofClass(int truth) const { return m_ofClass[static_cast<size_t>(truth)]; }
    /// Share of the images of this class; 0 where there are none.
    double share(int truth, int predicted) const;
    /// None where an image got no answer.
    std::optional<double> accuracy() const;
    /// Largest count beside the diagonal.
    int64_t worst() const { return m_worst; }

  private:
    size_t cell(int truth, int predicted) const;
    int m_classes = 0;
    int64_t m_total = 0, m_withoutAnswer = 0, m_worst = 0, m_largest = 0;
    std::vector<int64_t> m_counts;  ///< [truth][column], noAnswer last
    std::vector<int64_t> m_ofClass;
};

}  // namespace vitrine
