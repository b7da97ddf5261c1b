// SPDX-License-Identifier: Apache-2.0
// Counts of a confusion matrix by class: what metrics of classes are made of.
#pragma once

#include <limits>
#include <vector>

#include "core/metrics/metric.h"
#include "core/probe/softmax.h"

namespace vitrine {

/// Of one class: examples that are of it, that were said to be of it, and both.
struct ClassCount {
    int64_t actual = 0, said = 0, both = 0;
};

/// A label as a place among classes; one that names none lies past all of them.
inline size_t classAt(double label) { return static_cast<size_t>(static_cast<int64_t>(label)); }

/// The mean of a number over those classes that have one.
template <bool (*counts)(const ClassCount&), double (*number)(const ClassCount&)>
class MeanOverClasses : public MetricSum {
  public:
    void add(const MetricBatch& batch) override {
        const auto classes = static_cast<size_t>(batch.predictionShape[1]);
        m_classes.resize(classes);
        for (size_t i = 0; i < batch.targets.size(); ++i) {
            const size_t target = classAt(batch.targets[i]);
            const int32_t said =
                likeliestClass(batch.predictions.subspan(i * classes, classes)).index;
            if (target < classes) ++m_classes[target].actual;
            if (said == noAnswer) continue;
            ++m_classes[static_cast<size_t>(said)].said;
            if (static_cast<size_t>(said) == target) ++m_classes[target].both;
        }
    }
    double value() const override {
        double sum = 0;
        int64_t counted = 0;
        for (const ClassCount& count : m_classes) {
            if (!counts(count)) continue;
            sum += number(count);
            ++counted;
        }
        return counted > 0 ? sum / static_cast<double>(counted)
                           : std::numeric_limits<double>::quiet_NaN();
    }

  private:
    std::vector<ClassCount> m_classes;
};

/// `part / whole`, 0 of nothing.
inline double share(int64_t part, int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}
inline bool isSaidOrSo(const ClassCount& count) { return count.actual + count.said > 0; }

}  // namespace vitrine
