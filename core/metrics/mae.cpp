// SPDX-License-Identifier: Apache-2.0
// Mean absolute error over all numbers of a set.
#include <cmath>

#include "core/metrics/metric.h"

namespace vitrine::metrics::mae {

namespace {

class Sum : public MetricSum {
  public:
    void add(const MetricBatch& batch) override {
        for (size_t i = 0; i < batch.predictions.size(); ++i)
            m_sum += std::abs(batch.predictions[i] - batch.targets[i]);
        m_count += static_cast<double>(batch.predictions.size());
    }
    double value() const override { return m_sum / m_count; }

  private:
    double m_sum = 0, m_count = 0;
};

std::unique_ptr<MetricSum> make() { return std::make_unique<Sum>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "mae",
    .title = "Mean absolute error",
    .summary = "Mean distance between prediction and target, in the target's unit.",
    .unit = MetricUnit::Number,
    .isLargerBetter = false,
    .isUsual = true,
    .fits = areNumbers,
    .make = make,
};

}  // namespace vitrine::metrics::mae
