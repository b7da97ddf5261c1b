// SPDX-License-Identifier: GPL-3.0-or-later
// What a network takes for what: counts over the test set, and the images that it got wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/probe/predictions.h"

namespace vitrine::gui {

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
