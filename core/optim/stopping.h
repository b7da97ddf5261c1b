// SPDX-License-Identifier: Apache-2.0
// When a run ends before its last epoch, and which of its epochs was the best.
#pragma once

#include <cstdint>

#include "core/base/field.h"

namespace vitrine {

inline constexpr FieldSpec stoppingFields[] = {
    {.id = "watch",
     .title = "Watch",
     .type = FieldType::Text,
     .defaultText = "loss",
     .help = "What says which epoch is the best: loss, or a metric as the run calls it, such as "
             "accuracy or digit.f1. On the test set; without one the loss of training."},
    {.id = "patience",
     .title = "Patience",
     .type = FieldType::Int,
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 1e5,
     .unit = "epochs",
     .help = "The run ends after so many epochs without a better one; 0: it goes to its end."},
    {.id = "min_delta",
     .title = "Least gain",
     .type = FieldType::Real,
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 1e9,
     .help = "By how much an epoch must be better than the best one to count as better."},
    {.id = "keep_best",
     .title = "Keep best weights",
     .type = FieldType::Bool,
     .help = "The weights of the best epoch are saved beside the last ones, as best.safetensors."}};

/// The best epoch so far.
struct BestSoFar {
    double value = 0;
    int64_t epoch = 0;   ///< from 1; 0: none yet
    int64_t waited = 0;  ///< epochs since then
    bool operator==(const BestSoFar&) const = default;

    /// Whether the epoch that has ended is the best. NaN never is.
    bool add(double result, int64_t endedEpoch, bool smallerIsBetter, double leastGain) {
        const double gain = smallerIsBetter ? value - result : result - value;
        const bool isBest = epoch == 0 ? result == result : gain > leastGain;
        if (!isBest) {
            ++waited;
            return false;
        }
        *this = {result, endedEpoch, 0};
        return true;
    }
};

}  // namespace vitrine
