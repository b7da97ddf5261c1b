// SPDX-License-Identifier: Apache-2.0
// A network's weights in a file of their own: parameters and statistics, without optimiser slots.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/exec/state_layout.h"
#include "core/session/weights_match.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// Whether a state belongs into a weights file: constants stand in the document.
inline bool isWeights(const StateLayout::Item& item) {
    return item.kind != StateKind::Slot && item.kind != StateKind::Constant;
}

/// Whether weights are those that training goes on with, or where a run averages them the averages.
enum class WeightsOf : uint8_t { Training, Use };

/// Parameters and statistics, without optimiser slots: the file that other commands take. Its bytes
/// depend on the tensors, their names and keys only.
Result<void> saveWeights(const std::string& path, const StateLayout& layout, const Memory& memory,
                         WeightsOf weights = WeightsOf::Training);
/// The same from a snapshot of these states, for use.
Result<void> saveWeights(const std::string& path, const StateLayout& layout,
                         const Snapshot& snapshot);

/// What a file of weights holds for a network.
struct LoadedWeights {
    std::string how;             ///< `62 of the network's 62 tensors, by name`
    std::vector<Error> remarks;  ///< where it was guessed, or where something was left as it is
    Snapshot states;             ///< parameters and statistics in the network's types
};

/// Reads a file of any kind (weight_file.h), which may hold more than the network. Of a checkpoint
/// that holds averages, the averages. Tensors of our own files are found by key, so that weights
/// outlive the renaming of nodes; else as weights_match.h says. F16, BF16, F32 and F64 become the
/// network's type: exact where it is wider, else rounded to nearest. Errors: those of openWeights
/// and of checkFit; C05 (NaN, infinity, or numbers too large for the network's type, with the
/// tensor and their count); G07 (somebody changed the file meanwhile).
Result<LoadedWeights> readWeightsFor(const std::string& path, const StateLayout& layout,
                                     const WeightWishes& wishes = {});

/// The same into memory. Nothing is filled where there is an error.
Result<LoadedWeights> loadWeights(const std::string& path, const StateLayout& layout,
                                  Memory& memory, const WeightWishes& wishes = {});

}  // namespace vitrine
