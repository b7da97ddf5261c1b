// SPDX-License-Identifier: Apache-2.0
// Counting.
#include "core/probe/confusion_matrix.h"

#include <algorithm>

namespace vitrine {

ConfusionMatrix::ConfusionMatrix(int classes, std::span<const int32_t> labels,
                                 std::span<const int32_t> predicted)
    : m_classes(classes),
      m_counts(static_cast<size_t>(classes) * (static_cast<size_t>(classes) + 1)),
      m_ofClass(static_cast<size_t>(classes)) {
    const auto isClass = [&](int32_t label) { return label >= 0 && label < classes; };
    for (size_t i = 0; i < std::min(labels.size(), predicted.size()); ++i) {
        if (!isClass(labels[i]) || !(isClass(predicted[i]) || predicted[i] == noAnswer)) continue;
        ++m_counts[cell(labels[i], predicted[i])];
        ++m_total;
        ++m_ofClass[static_cast<size_t>(labels[i])];
        m_withoutAnswer += predicted[i] == noAnswer;
    }
    for (int truth = 0; truth < m_classes; ++truth)
        for (int column = 0; column < columns(); ++column)
            if (truth != column) m_worst = std::max(m_worst, count(truth, predictedAt(column)));
    for (const int64_t count : m_counts) m_largest = std::max(m_largest, count);
}

size_t ConfusionMatrix::cell(int truth, int predicted) const {
    return static_cast<size_t>(truth) * (static_cast<size_t>(m_classes) + 1) +
           static_cast<size_t>(columnOf(predicted));
}

int64_t ConfusionMatrix::count(int truth, int predicted) const {
    return m_counts[cell(truth, predicted)];
}

std::span<const int64_t> ConfusionMatrix::row(int truth) const {
    return std::span(m_counts).subspan(cell(truth, 0), static_cast<size_t>(columns()));
}

double ConfusionMatrix::share(int truth, int predicted) const {
    const int64_t all = ofClass(truth);
    return all > 0 ? static_cast<double>(count(truth, predicted)) / static_cast<double>(all) : 0;
}

std::optional<double> ConfusionMatrix::accuracy() const {
    if (withoutAnswer() > 0) return std::nullopt;
    int64_t right = 0;
    for (int truth = 0; truth < m_classes; ++truth) right += count(truth, truth);
    return m_total > 0 ? static_cast<double>(right) / static_cast<double>(m_total) : 0;
}

}  // namespace vitrine
