// SPDX-License-Identifier: Apache-2.0
// What a project's network keeps from step to step, without compiling it: for whoever compares a
// file of weights with it.
#pragma once

#include <map>
#include <string>

#include "core/exec/state_layout.h"
#include "core/session/project.h"
#include "core/session/weight_wishes.h"

namespace vitrine {

/// In the precision that runs have unless another is asked for. Errors: those of shapes.
Result<StateLayout> statesOf(const Project& project);

/// What was asked for, with what the graph itself says of its weights: which layers of rows see
/// flattened channels, and what a model's file calls the numbers that came from it.
WeightWishes wishesFor(const Graph& graph, WeightWishes asked = {});

}  // namespace vitrine
