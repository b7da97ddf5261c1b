// SPDX-License-Identifier: GPL-3.0-or-later
// Which values of a tape belong to a node of the network. Needs no window.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/graph/graph.h"
#include "core/session/live_run.h"

namespace vitrine::gui {

/// The entry that makes a value, or that hides it inside; −1 for inputs and states.
int makingEntry(const Tape& tape, ValueId value);
/// What a node gives on in the forward part; of input and target what they bring. noValue where the
/// tape has nothing of the node.
ValueId resultOf(const Tape& tape, const Node& node);
/// Its parameters and statistics, as the step begins with them.
std::vector<ValueId> statesOf(const Tape& tape, const std::string& node);
/// The state that a value is, before or after its update; null: it does not live from step to step.
const TapeState* stateOf(const Tape& tape, ValueId value);

/// What the first axis of a value counts.
enum class FirstAxis : uint8_t {
    Images,   ///< of the batch
    Filters,  ///< of a weight, its gradient, or what the optimiser makes of both
    Indices,  ///< something else: axes have been moved about
};
FirstAxis firstAxisOf(const Tape& tape, ValueId value);

}  // namespace vitrine::gui
