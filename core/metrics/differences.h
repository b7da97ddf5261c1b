// SPDX-License-Identifier: Apache-2.0
// Sums over the differences between prediction and target, number by number: what metrics of
// numbers are made of.
#pragma once

#include "core/metrics/metric.h"

namespace vitrine {

/// finish(Σ of(pᵢ − tᵢ) / n) over the n numbers of a set. NaN of no numbers.
template <double (*of)(double), double (*finish)(double)>
class MeanOfDifferences : public MetricSum {
  public:
    void add(const MetricBatch& batch) override {
        for (size_t i = 0; i < batch.predictions.size(); ++i)
            m_sum += of(batch.predictions[i] - batch.targets[i]);
        m_count += static_cast<double>(batch.predictions.size());
    }
    double value() const override { return finish(m_sum / m_count); }

  private:
    double m_sum = 0, m_count = 0;
};

}  // namespace vitrine
