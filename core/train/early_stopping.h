// SPDX-License-Identifier: Apache-2.0
// What says which epoch was the best, and when a run has gone on long enough without a better one.
#pragma once

#include "core/base/field.h"
#include "core/base/result.h"
#include "core/optim/stopping.h"
#include "core/probe/records.h"
#include "core/train/channels.h"

namespace vitrine {

struct EarlyStopping {
    int metric = -1;  ///< of the run's channels; −1: the loss
    bool isSmallerBetter = true;
    int64_t patience = 0;  ///< epochs; 0: the run goes to its end
    double leastGain = 0;
    bool keepsBest = false;

    bool isOn() const { return patience > 0 || keepsBest; }
    /// Of an epoch that has ended.
    double valueOf(const RunEvent& epoch) const;
    bool isOver(const BestSoFar& best) const { return patience > 0 && best.waited >= patience; }
};

/// From the fields of stopping.h. Metrics are measured on the test set. Errors: "P11" where what is
/// to be watched is not measured.
Result<EarlyStopping> earlyStoppingOf(const Attrs& fields, const Channels& channels, bool hasTest);

}  // namespace vitrine
