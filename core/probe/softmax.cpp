// SPDX-License-Identifier: Apache-2.0
// Softmax over one row of numbers.
#include "core/probe/softmax.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vitrine {

std::vector<float> softmax(std::span<const double> logits) {
    if (logits.empty()) return {};
    const double largest = std::ranges::max(logits);
    double sum = 0;
    for (double x : logits) sum += std::exp(x - largest);
    std::vector<float> probabilities;
    probabilities.reserve(logits.size());
    for (double x : logits)
        probabilities.push_back(static_cast<float>(std::exp(x - largest) / sum));
    return probabilities;
}

bool isAnswer(std::span<const double> logits) {
    const auto isNaN = [](double x) { return std::isnan(x); };
    return std::ranges::none_of(logits, isNaN) && std::isfinite(std::ranges::max(logits));
}

LikeliestClass likeliestClass(std::span<const double> logits) {
    if (!isAnswer(logits)) return {noAnswer, std::numeric_limits<float>::quiet_NaN()};
    const auto largest = std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (double x : logits) sum += std::exp(x - *largest);
    return {static_cast<int32_t>(largest - logits.begin()), static_cast<float>(1 / sum)};
}

float classLoss(std::span<const double> logits, int32_t label) {
    if (label < 0 || label >= std::ssize(logits) || !isAnswer(logits))
        return std::numeric_limits<float>::quiet_NaN();
    const double largest = std::ranges::max(logits);
    double sum = 0;
    for (double x : logits) sum += std::exp(x - largest);
    return static_cast<float>(std::log(sum) + largest - logits[static_cast<size_t>(label)]);
}

void appendAnswer(std::span<const double> logits, int32_t label, Predictions& predictions) {
    const LikeliestClass likeliest = likeliestClass(logits);
    predictions.classes.push_back(likeliest.index);
    predictions.probabilities.push_back(likeliest.probability);
    predictions.losses.push_back(classLoss(logits, label));
}

}  // namespace vitrine
