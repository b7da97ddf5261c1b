// SPDX-License-Identifier: Apache-2.0
// Course: what follows for a step from where a run stands: whether it updates the weights, with
// which learning rate, and what extras are told.
#pragma once

#include <vector>

#include "core/optim/extra.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// Thread: the trainer's.
class Course {
  public:
    struct Settings {
        int64_t epochs = 1, stepsPerEpoch = 1;
        int64_t accumulate = 1;  ///< steps to an update; an epoch's last ones may be fewer
        const ScheduleDescriptor* schedule = nullptr;
        Attrs scheduleFields;
        std::vector<Extra> extras;
    };
    explicit Course(Settings settings);

    int64_t totalSteps() const { return m_settings.epochs * m_settings.stepsPerEpoch; }
    int64_t stepsPerEpoch() const { return m_settings.stepsPerEpoch; }

    /// Updates done before the next step.
    int64_t updates(const RunPosition& at) const;
    /// Does the next step update the weights?
    bool isUpdate(const RunPosition& at) const;
    /// The batches of its epoch that the next step's update has: the first, and one past the last.
    struct Batches {
        int64_t first = 0, end = 0;
    };
    Batches batchesOfUpdate(const RunPosition& at) const;

    /// What the schedule multiplies the learning rate by.
    double factor(const RunPosition& at) const;
    /// One after the other, of all extras. Valid until the next call; allocates nothing.
    const std::vector<double>& extraNumbers(const RunPosition& at);
    /// The schedule hears of an epoch that has ended.
    void learn(const EpochLosses& losses, ScheduleMemory& memory) const;

  private:
    ScheduleContext contextOf(const RunPosition& at) const;

    const Settings m_settings;
    const int64_t m_updatesPerEpoch;
    std::vector<double> m_numbers;
};

}  // namespace vitrine
