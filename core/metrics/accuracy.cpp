// SPDX-License-Identifier: Apache-2.0
// Accuracy: how often the largest logit is that of the class.
#include "core/metrics/metric.h"
#include "core/probe/softmax.h"

namespace vitrine::metrics::accuracy {

namespace {

class Sum : public MetricSum {
  public:
    void add(const MetricBatch& batch) override {
        const auto classes = static_cast<size_t>(batch.predictionShape[1]);
        for (size_t i = 0; i < batch.targets.size(); ++i) {
            const auto logits = batch.predictions.subspan(i * classes, classes);
            const int32_t said = likeliestClass(logits).index;
            m_correct += said != noAnswer && said == static_cast<int32_t>(batch.targets[i]);
        }
        m_examples += batch.examples();
    }
    double value() const override {
        return static_cast<double>(m_correct) / static_cast<double>(m_examples);
    }

  private:
    int64_t m_correct = 0, m_examples = 0;
};

std::unique_ptr<MetricSum> make() { return std::make_unique<Sum>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "accuracy",
    .title = "Accuracy",
    .summary =
        "Share of examples whose class is the one with the largest logit; of equal ones the first "
        "counts.",
    .unit = MetricUnit::Share,
    .isLargerBetter = true,
    .isUsual = true,
    .fits = areClasses,
    .make = make,
};

}  // namespace vitrine::metrics::accuracy
