// SPDX-License-Identifier: Apache-2.0
// Where on a tape a value is made, and what it comes from.
#pragma once

#include <string>
#include <vector>

#include "core/exec/tape.h"

namespace vitrine {

/// The entry that has a value among its results; −1 for inputs, states and what fusion made
/// disappear.
int definingEntry(const Tape& tape, ValueId value);

/// The entry inside of which a value is made and used up; −1 where the value is no such one.
int fusingEntry(const Tape& tape, ValueId value);

/// The graph nodes that a result of an instruction comes from, or what is hidden inside of it.
/// Where several were fused into it, those of the operator that makes this value.
std::vector<std::string> originsIn(const Instr& instr, ValueId value);

/// The graph nodes that a value comes from. Where several were fused into one entry, those of the
/// operator that makes this value; none for inputs and states.
std::vector<std::string> originsOf(const Tape& tape, ValueId value);

/// The graph nodes whose values the backward phase makes a second time, in the order in which that
/// happens.
std::vector<std::string> recomputedNodes(const Tape& tape);

}  // namespace vitrine
