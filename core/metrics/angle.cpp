// SPDX-License-Identifier: Apache-2.0
// The angle between directions of the plane.
#include <cmath>
#include <numbers>

#include "core/metrics/metric.h"

namespace vitrine::metrics::angle {

namespace {

class Sum : public MetricSum {
  public:
    void add(const MetricBatch& batch) override {
        for (size_t i = 0; i + 1 < batch.predictions.size(); i += 2) {
            const double px = batch.predictions[i], py = batch.predictions[i + 1],
                         tx = batch.targets[i], ty = batch.targets[i + 1];
            m_sum += std::abs(std::atan2(px * ty - py * tx, px * tx + py * ty));
        }
        m_count += static_cast<double>(batch.examples());
    }
    double value() const override { return m_sum / m_count * 180 / std::numbers::pi; }

  private:
    double m_sum = 0, m_count = 0;
};

bool arePairs(const ValueShape& prediction, const ValueShape& target) {
    return areNumbers(prediction, target) && prediction.shape.rank() == 2 &&
           prediction.shape[1] == 2;
}

std::unique_ptr<MetricSum> make() { return std::make_unique<Sum>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "angle",
    .title = "Angle",
    .summary =
        "Mean angle between predicted and wanted direction, each a pair of numbers of any length.",
    .unit = MetricUnit::Degrees,
    .isLargerBetter = false,
    .isUsual = false,
    .fits = arePairs,
    .make = make,
};

}  // namespace vitrine::metrics::angle
