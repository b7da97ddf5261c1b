// SPDX-License-Identifier: Apache-2.0
// Root mean squared error over all numbers of a set.
#include <cmath>

#include "core/metrics/metric.h"

namespace vitrine::metrics::rmse {

namespace {

class Sum : public MetricSum {
  public:
    void add(const MetricBatch& batch) override {
        for (size_t i = 0; i < batch.predictions.size(); ++i) {
            const double difference = batch.predictions[i] - batch.targets[i];
            m_sum += difference * difference;
        }
        m_count += static_cast<double>(batch.predictions.size());
    }
    double value() const override { return std::sqrt(m_sum / m_count); }

  private:
    double m_sum = 0, m_count = 0;
};

std::unique_ptr<MetricSum> make() { return std::make_unique<Sum>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "rmse",
    .title = "Root mean squared error",
    .summary = "Root of the mean squared difference, in the target's unit.",
    .unit = MetricUnit::Number,
    .isLargerBetter = false,
    .isUsual = false,
    .fits = areNumbers,
    .make = make,
};

}  // namespace vitrine::metrics::rmse
