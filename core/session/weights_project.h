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

/// Weights of layers of rows that see flattened channels, by parameter, with what was flattened.
std::map<std::string, FlattenedExtents, std::less<>> flattenedWeights(const Graph& graph);

}  // namespace vitrine
