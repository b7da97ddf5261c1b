// SPDX-License-Identifier: Apache-2.0
// The share of the targets' variance, over all numbers of a set, that the predictions leave.
#include <limits>

#include "core/metrics/metric.h"

namespace vitrine::metrics::unexplained {

namespace {

class Sum : public MetricSum {
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
        return m_spread > 0 ? m_error / m_spread : std::numeric_limits<double>::quiet_NaN();
    }

  private:
    double m_error = 0, m_count = 0, m_mean = 0, m_spread = 0;
};

std::unique_ptr<MetricSum> make() { return std::make_unique<Sum>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "unexplained",
    .title = "Unexplained variance",
    .summary =
        "Mean squared error divided by the variance of the targets: 0 is perfect, 1 is no better "
        "than always saying their mean.",
    .unit = MetricUnit::Share,
    .isLargerBetter = false,
    .isUsual = false,
    .fits = areNumbers,
    .make = make,
};

}  // namespace vitrine::metrics::unexplained
