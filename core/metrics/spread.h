// SPDX-License-Identifier: Apache-2.0
// Squared errors beside the spread of the targets.
#pragma once

#include <limits>

#include "core/metrics/metric.h"

namespace vitrine {

/// of(Σ (p − t)² / Σ (t − mean of t)²) over all numbers of a set; NaN where all targets are equal.
template <double (*of)(double)>
class ErrorOverSpread : public MetricSum {
  public:
    void add(const MetricBatch& batch) override {
        for (size_t i = 0; i < batch.predictions.size(); ++i) {
            const double difference = batch.predictions[i] - batch.targets[i];
            m_error += difference * difference;
            // Welford's update: targets may lie far from 0.
            m_count += 1;
            const double before = batch.targets[i] - m_mean;
            m_mean += before / m_count;
            m_spread += before * (batch.targets[i] - m_mean);
        }
    }
    double value() const override {
        return m_spread > 0 ? of(m_error / m_spread) : std::numeric_limits<double>::quiet_NaN();
    }

  private:
    double m_error = 0, m_count = 0, m_mean = 0, m_spread = 0;
};

}  // namespace vitrine
