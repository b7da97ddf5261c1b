// SPDX-License-Identifier: Apache-2.0
// A network's weights in a file of their own: parameters and statistics, without optimiser slots.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/exec/state_layout.h"
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

/// Fills parameters and statistics from a file, which may hold more than them. Of a checkpoint that
/// holds averages of them, the averages. They are found by
/// key, so that weights outlive the renaming of nodes, else by name (tensor_keys.h). F16, BF16, F32
/// and F64 become the network's type: exact where it is wider, else rounded to nearest. Errors:
/// those of loadSafetensors and of checkFit; C05 (NaN, infinity, or numbers too large for the
/// network's type, with the tensor and their count). Nothing is filled where there is an error.
Result<void> loadWeights(const std::string& path, const StateLayout& layout, Memory& memory);

}  // namespace vitrine
