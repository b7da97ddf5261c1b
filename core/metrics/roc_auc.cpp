// SPDX-License-Identifier: Apache-2.0
// Area under the receiver operating curve of each class against all others (Mann and Whitney's
// ranks); the mean over classes.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/metrics/class_counts.h"
#include "core/probe/softmax.h"

namespace vitrine::metrics::roc_auc {

namespace {

constexpr int64_t mostClasses = 100;  ///< every score is kept

/// The logarithm of a class's odds, which orders examples as its probability does and, unlike that,
/// goes on telling them apart where it is 0 or 1 to every digit.
double logOdds(std::span<const double> logits, size_t of) {
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    for (size_t c = 0; c < logits.size(); ++c)
        if (c != of) largest = std::max(largest, logits[c]);
    if (std::isinf(largest)) return -largest;  // no other class is possible
    for (size_t c = 0; c < logits.size(); ++c)
        if (c != of) sum += std::exp(logits[c] - largest);
    return logits[of] - largest - std::log(sum);
}

/// How often an example of the class has the larger score, of all pairs with one that is not; equal
/// ones count half. NaN where there are no pairs.
double areaOf(const std::vector<double>& scores, const std::vector<bool>& isOfClass) {
    std::vector<size_t> order(scores.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::ranges::sort(order, {}, [&](size_t i) { return scores[i]; });
    double ranks = 0, positives = 0;
    for (size_t first = 0; first < order.size();) {
        size_t last = first;
        while (last < order.size() && scores[order[last]] == scores[order[first]]) ++last;
        const double rank = 0.5 * static_cast<double>(first + 1 + last);
        for (; first < last; ++first) {
            if (!isOfClass[order[first]]) continue;
            ranks += rank;
            positives += 1;
        }
    }
    const double negatives = static_cast<double>(scores.size()) - positives;
    if (positives == 0 || negatives == 0) return std::numeric_limits<double>::quiet_NaN();
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives);
}

class Sum : public MetricSum {
  public:
    void add(const MetricBatch& batch) override {
        const auto classes = static_cast<size_t>(batch.predictionShape[1]);
        m_scores.resize(classes);
        for (size_t i = 0; i < batch.targets.size(); ++i) {
            const auto logits = batch.predictions.subspan(i * classes, classes);
            m_isWhole = m_isWhole && isAnswer(logits);
            for (size_t c = 0; c < classes; ++c) m_scores[c].push_back(logOdds(logits, c));
            m_targets.push_back(classAt(batch.targets[i]));
        }
    }
    double value() const override {
        double sum = 0;
        int counted = 0;
        for (size_t c = 0; m_isWhole && c < m_scores.size(); ++c) {
            std::vector<bool> isOfClass;
            for (const size_t target : m_targets) isOfClass.push_back(target == c);
            const double area = areaOf(m_scores[c], isOfClass);
            if (!(area >= 0)) continue;
            sum += area;
            ++counted;
        }
        return counted > 0 ? sum / counted : std::numeric_limits<double>::quiet_NaN();
    }

  private:
    std::vector<std::vector<double>> m_scores;  ///< by class
    std::vector<size_t> m_targets;
    bool m_isWhole = true;  ///< every example has an answer
};

bool fits(const ValueShape& prediction, const ValueShape& target) {
    return areClasses(prediction, target) && prediction.shape[1] >= 2 &&
           prediction.shape[1] <= mostClasses;
}

std::unique_ptr<MetricSum> make() { return std::make_unique<Sum>(); }

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "roc_auc",
    .title = "ROC AUC",
    .summary =
        "How often an example of a class has a larger probability for it than one that is not, "
        "equal ones half; as a mean over the classes of the set. Up to 100 classes.",
    .unit = MetricUnit::Share,
    .isLargerBetter = true,
    .fits = fits,
    .make = make,
};

}  // namespace vitrine::metrics::roc_auc
