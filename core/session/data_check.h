// SPDX-License-Identifier: Apache-2.0
// Whether a data set is what a network takes.
#pragma once

#include "core/graph/graph.h"
#include "core/session/data_facts.h"

namespace vitrine {

/// Errors: U05 (images of other extents than the input node's), U06 (labels past the target's
/// classes), naming the node. What is not known fits.
Result<void> checkImagesFit(const Graph& graph, const DataFacts& data);
Result<void> checkImagesFit(const Graph& graph, const Dataset& data);

}  // namespace vitrine
