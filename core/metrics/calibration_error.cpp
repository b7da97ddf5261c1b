// SPDX-License-Identifier: Apache-2.0
// Expected calibration error (Naeini et al. 2015) with fifteen bins of equal width.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/metrics/metric.h"
#include "core/probe/softmax.h"

namespace vitrine::metrics::calibration_error {

namespace {

class Sum : public MetricSum {
  public:
    void add(const MetricBatch& batch) override {
        const auto classes = static_cast<size_t>(batch.predictionShape[1]);
        for (size_t i = 0; i < batch.targets.size(); ++i) {
            const LikeliestClass said =
                likeliestClass(batch.predictions.subspan(i * classes, classes));
            m_isWhole = m_isWhole && said.index != noAnswer;
            if (said.index == noAnswer) continue;
            const double probability = said.probability;
            const double bin = std::clamp(std::ceil(probability * bins) - 1, 0.0, bins - 1.0);
            const bool isRight = said.index == static_cast<int32_t>(batch.targets[i]);
            m_gaps[static_cast<size_t>(bin)] += probability - (isRight ? 1 : 0);
        }
        m_examples += static_cast<double>(batch.examples());
    }
    double value() const override {
        if (!m_isWhole) return std::numeric_limits<double>::quiet_NaN();
        double sum = 0;
        for (const double gap : m_gaps) sum += std::abs(gap);
        return sum / m_examples;
    }

  private:
    static constexpr int bins = 15;
    std::array<double, bins> m_gaps{};  ///< probabilities less what came true
    double m_examples = 0;
    bool m_isWhole = true;  ///< every example has an answer
};

std::unique_ptr<MetricSum> make() { return std::make_unique<Sum>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "calibration_error",
    .title = "Calibration error",
    .summary =
        "How far the probability of the likeliest class is from how often it is right, over "
        "fifteen bins of probability: 0 means that what is said with 80 % comes true in 80 %.",
    .unit = MetricUnit::Share,
    .isLargerBetter = false,
    .fits = areClasses,
    .make = make,
};

}  // namespace vitrine::metrics::calibration_error
