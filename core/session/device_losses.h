// SPDX-License-Identifier: Apache-2.0
// Runs whose device was lost go on with the device opened anew, from their last checkpoint.
#pragma once

#include <cstdint>
#include <memory>

#include "core/base/result.h"

namespace vitrine {

class TrainingRun;
struct RunRequest;

/// Counts the losses of a run, over all its openings.
class DeviceLosses {
  public:
    /// Of a run that has failed: whether its device was lost, and the run is worth another try. A
    /// device that is lost again and again before the run comes any further is not.
    bool isToGoOn(TrainingRun& run);
    /// The same of a device that was lost after `step`.
    bool isWorthAnotherTry(int64_t step);

  private:
    static constexpr int mostAtOnePlace = 3;
    int64_t m_furthest = -1;
    int m_inARow = 0;
};

/// Ends a run and opens it again: its process that used the device is gone before. `request`: with
/// which it was opened first. A run that has no checkpoint yet begins at its start. Errors: those
/// of TrainingRun::open.
Result<std::unique_ptr<TrainingRun>> openAfterLoss(std::unique_ptr<TrainingRun> lost,
                                                   RunRequest request);

}  // namespace vitrine
