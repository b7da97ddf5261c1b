// SPDX-License-Identifier: Apache-2.0
// How often the class is among the five with the largest logits.
#include <cmath>

#include "core/metrics/class_counts.h"

namespace vitrine::metrics::top5 {

namespace {

constexpr int64_t most = 5;

/// How many classes stand before one: those with a larger logit, and of equal ones the first. So a
/// network that says the same of all classes names five of them, not all. −1 where a logit is NaN,
/// or there is no such class.
int64_t classesBefore(std::span<const double> logits, size_t target) {
    if (target >= logits.size()) return -1;
    int64_t before = 0;
    for (size_t c = 0; c < logits.size(); ++c) {
        if (std::isnan(logits[c])) return -1;
        before += logits[c] > logits[target] || (logits[c] == logits[target] && c < target);
    }
    return before;
}

class Sum : public MetricSum {
  public:
    void add(const MetricBatch& batch) override {
        const auto classes = static_cast<size_t>(batch.predictionShape[1]);
        for (size_t i = 0; i < batch.targets.size(); ++i) {
            const int64_t before = classesBefore(batch.predictions.subspan(i * classes, classes),
                                                 classAt(batch.targets[i]));
            m_hits += before >= 0 && before < most;
        }
        m_examples += batch.examples();
    }
    double value() const override {
        return static_cast<double>(m_hits) / static_cast<double>(m_examples);
    }

  private:
    int64_t m_hits = 0, m_examples = 0;
};

bool fits(const ValueShape& prediction, const ValueShape& target) {
    return areClasses(prediction, target) && prediction.shape[1] > most;
}

std::unique_ptr<MetricSum> make() { return std::make_unique<Sum>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "top5",
    .title = "Top-5 accuracy",
    .summary =
        "Share of examples whose class is among the five with the largest logits; of equal ones "
        "the first count.",
    .unit = MetricUnit::Share,
    .isLargerBetter = true,
    .fits = fits,
    .make = make,
};

}  // namespace vitrine::metrics::top5
