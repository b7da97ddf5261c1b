// SPDX-License-Identifier: Apache-2.0
// What a project's network keeps from step to step, without compiling it: for whoever compares a
// file of weights with it.
#pragma once

#include <map>
#include <optional>
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

/// Of a network whose weights come from elsewhere: numbers that it starts with and that cannot be
/// read are not needed. Constants are, for no weights hold them. Gives why, of the first.
std::optional<Error> forgoUnreadStarts(Graph& graph);

/// The same, and what it would have started with there is that of a file of weights, which has the
/// whole network. Errors: those of statesOf and readWeightsFor.
Result<void> startFromWeights(Project& project, const std::string& weights,
                              const WeightWishes& wishes);

}  // namespace vitrine
