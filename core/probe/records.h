// SPDX-License-Identifier: Apache-2.0
// What a training run reports while it goes: one record a step, one event for each rarer thing.
// Plain values of fixed size.
#pragma once

#include <cstdint>

namespace vitrine {

/// One optimiser step, as it ended.
struct StepRecord {
    int64_t step = 0;   ///< 1 after the first update
    int64_t epoch = 0;  ///< from 0
    double loss = 0;    ///< mean over the batch, before the update
    double learningRate = 0;
    double gradNorm = 0;  ///< before clipping
    double secondsSinceStart = 0;
};

enum class EventKind : uint8_t {
    EpochDone,            ///< values as named below
    LearningRateChanged,  ///< learningRate, from this step on
    CheckpointSaved,
    CheckpointFailed,  ///< the reason is in Trainer::failure
    NonFiniteLoss,     ///< loss or gradient norm; the run has failed, its last checkpoint is from
                       ///< before
    Paused,
    Finished,
    Stopped
};

struct RunEvent {
    EventKind kind = EventKind::Finished;
    int64_t step = 0;
    int64_t epoch = 0;  ///< EpochDone: epochs done, 1 after the first
    int entry = 0;      ///< Paused: the entry that runs next; 0 = between two steps
    double learningRate = 0;
    double trainLoss = 0, testLoss = 0, testAccuracy = 0;
    double imagesPerSecond = 0;  ///< with waiting for data, without evaluation
};

}  // namespace vitrine
