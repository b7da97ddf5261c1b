// SPDX-License-Identifier: Apache-2.0
// Intersection over union of marked pixels, over all images of a set.
#include <limits>

#include "core/metrics/metric.h"

namespace vitrine::metrics::iou {

namespace {

class Sum : public MetricSum {
  public:
    void add(const MetricBatch& batch) override {
        for (size_t i = 0; i < batch.predictions.size(); ++i) {
            const bool isSaid = batch.predictions[i] > 0, isSo = batch.targets[i] > 0.5;
            m_both += isSaid && isSo;
            m_either += isSaid || isSo;
        }
    }
    double value() const override {
        return m_either > 0 ? static_cast<double>(m_both) / static_cast<double>(m_either)
                            : std::numeric_limits<double>::quiet_NaN();
    }

  private:
    int64_t m_both = 0, m_either = 0;
};

std::unique_ptr<MetricSum> make() { return std::make_unique<Sum>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "iou",
    .title = "Intersection over union",
    .summary =
        "Of the pixels that are marked in the target or in the prediction (logits above 0), the "
        "share that is marked in both.",
    .unit = MetricUnit::Share,
    .isLargerBetter = true,
    .isUsual = false,
    .fits = areNumbers,
    .make = make,
};

}  // namespace vitrine::metrics::iou
