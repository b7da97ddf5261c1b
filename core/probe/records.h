// SPDX-License-Identifier: Apache-2.0
// What a training run reports while it goes: one record a step, one event for each rarer thing.
// Plain values of fixed size.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vitrine {

/// So many losses and so many metrics have a place in records: those of a run's Channels.
inline constexpr size_t mostChannels = 12;

/// One optimiser step, as it ended.
struct StepRecord {
    int64_t step = 0;   ///< 1 after the first update
    int64_t epoch = 0;  ///< from 0
    double loss = 0;    ///< the sum of all, mean over the batch, before the update
    double learningRate = 0;
    double gradNorm = 0;  ///< before clipping
    double secondsSinceStart = 0;
    int lossCount = 0;                          ///< 0 where there is one alone
    std::array<double, mostChannels> losses{};  ///< of each
};

enum class EventKind : uint8_t {
    EpochDone,            ///< values as named below
    LearningRateChanged,  ///< learningRate, from this step on
    CheckpointSaved,
    CheckpointFailed,  ///< paused: checkpoint or log cannot be written; the reason is in
                       ///< Trainer::failure
    NonFiniteLoss,     ///< loss (`trainLoss`) or gradient norm (`number`) of the step; the run has
                       ///< failed, its last checkpoint is from before
    NonFiniteState,    ///< the step made a weight, statistic or optimiser slot that is not finite:
                       ///< `value` of the tape, `element`; the run has failed
    NonFiniteTest,     ///< the epoch's test loss; the run has failed
    Broken,            ///< the run has failed for another reason, which is in Trainer::failure
    UpdateLeftOut,     ///< gradients were not finite under a loss scale that may be too large:
                       ///< `number` is the next one
    LossScaleRaised,   ///< to `number`, after many updates that were finite
    LossHasGrown,      ///< after step 10 the loss (`trainLoss`) is over ten times that of step 1
                       ///< (`number`), and worse than guessing
                       ///< would be
    NonFiniteValue,    ///< paused: entry − 1 is the first one with a result that is not finite;
                       ///< `value` and `element` say which. Where operators were fused into that
                       ///< entry, `value` may be one that fusion hid.
    BreakpointHit,     ///< paused before `entry`
    ValueEdited,       ///< `value`, `element`, `number`, before `entry`
    EditUndone,        ///< the same, of an edit behind the place to which the step went back
    Paused,
    EndedEarly,  ///< patience is at its end: `bestEpoch` was the best, with `number`; Finished
                 ///< follows
    Finished,
    Stopped
};

/// The run has failed.
constexpr bool isFailure(EventKind kind) {
    return kind == EventKind::NonFiniteLoss || kind == EventKind::NonFiniteState ||
           kind == EventKind::NonFiniteTest || kind == EventKind::Broken;
}

struct RunEvent {
    EventKind kind = EventKind::Finished;
    int64_t step = 0;
    int64_t epoch = 0;  ///< EpochDone: epochs done, 1 after the first
    int entry = 0;      ///< where it is paused: the entry that runs next; 0 = the step's start
    int64_t batch = 0;  ///< images of the step whose tape `entry` and `value` belong to
    bool accumulates = false;  ///< that step adds gradients up, and updates nothing
    int32_t value = -1;        ///< of the tape
    int64_t element = 0;       ///< row-major index into that value
    double number = 0;
    int64_t bestEpoch = 0;
    double learningRate = 0;
    double trainLoss = 0, testLoss = 0;
    int lossCount = 0, metricCount = 0;
    std::array<double, mostChannels> testLosses{};  ///< of each, where there are several
    std::array<double, mostChannels> metrics{};     ///< on the test set
    double imagesPerSecond = 0;                     ///< with waiting for data, without evaluation
};

}  // namespace vitrine
