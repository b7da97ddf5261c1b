// SPDX-License-Identifier: Apache-2.0
// Whether a data set is what a network takes.
#pragma once

#include "core/graph/graph.h"
#include "core/session/data_facts.h"

namespace vitrine {

/// Errors: U05 (no such column, or one of another kind or other extents than the input's), U06
/// (class numbers below 0 or past the target's that a loss does not ignore, naming the first
/// example that has one), naming the node. What is not known fits.
Result<void> checkDataFit(const Graph& graph, const DataFacts& data);
Result<void> checkDataFit(const Graph& graph, const Dataset& data);

/// Whether a network that comes with numbers of its own answers with as many classes as the data
/// have names for: fewer would be learnt by a layer whose other answers are never right. "U06".
Result<void> checkTrainedClasses(const Graph& graph, const Dataset& data);

}  // namespace vitrine
