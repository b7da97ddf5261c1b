// SPDX-License-Identifier: Apache-2.0
// Snapshot: everything that a run needs to go on as if it had never stopped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/exec/state_layout.h"
#include "core/optim/optimizer.h"
#include "core/optim/stopping.h"
#include "core/tensor/shape.h"
#include "kernels/api/dtype.h"

namespace vitrine {

/// What became of updates where the loss is scaled.
struct ScaledUpdates {
    int64_t good = 0;        ///< since the scale changed
    int64_t leftOut = 0;     ///< of all
    bool isSpoiled = false;  ///< the next one, by a batch that was added up for it
    bool operator==(const ScaledUpdates&) const = default;
};

/// Where a run stands between two steps.
struct RunPosition {
    int64_t step = 0;          ///< steps done: updates, but where batches are accumulated
    int64_t epoch = 0;         ///< from 0
    int64_t batchInEpoch = 0;  ///< the next batch
    double epochLossSum = 0;   ///< Σ loss · images since the epoch's start
    int64_t epochImages = 0;
    double learningRateFactor = 1;  ///< what commands changed the rate by, on top of the schedule
    ScheduleMemory schedule = {};
    BestSoFar best = {};
    ScaledUpdates scaled = {};
    bool operator==(const RunPosition&) const = default;
};

struct SnapshotTensor {
    std::string name;
    DType dtype = DType::F32;
    Shape shape;
    std::vector<std::byte> bytes;
    std::string key = {};  ///< that of its state; empty: its name

    const std::string& identity() const { return key.empty() ? name : key; }
};

struct Snapshot {
    RunPosition position;
    uint64_t seed = 0;
    bool isBest = false;  ///< its weights are to be kept as those of the best epoch
    std::vector<SnapshotTensor>
        tensors;  ///< parameters, statistics, optimiser slots, in the model's order
};

// Tensors and states are matched by key, so that they find each other after a renaming.

/// Is every state there, in its shape and type? Errors: C02 naming the first that is not.
Result<void> checkFits(const Snapshot& snapshot, const StateLayout& states);

/// Names of the parameters and statistics that the snapshot does not hold in their shape and type.
std::vector<std::string> missingIn(const Snapshot& snapshot, const StateLayout& states);

/// The tensor that stands for a parameter or statistic when it is used: its average, where the run
/// keeps one and has made a step; else itself.
const SnapshotTensor& tensorInUse(const Snapshot& snapshot, const SnapshotTensor& tensor);

/// Writes each tensor that has the key, shape and type of a state into the states of `memory`,
/// constants apart: those of this network stay. Throws DeviceTrouble.
void putBack(const Snapshot& snapshot, const StateLayout& states, Memory& memory);

/// The same for another run or for use, with tensorInUse(). How many parameters and statistics that
/// were. Throws DeviceTrouble.
int64_t takeOver(const Snapshot& snapshot, const StateLayout& states, Memory& memory);

}  // namespace vitrine
