// SPDX-License-Identifier: Apache-2.0
// Whether a data set is what a network takes.
#pragma once

#include "core/data/dataset.h"
#include "core/graph/graph.h"

namespace vitrine {

/// Errors: U05 (images of other extents than the input node's), U06 (labels past the target's
/// classes), naming the node.
Result<void> checkImagesFit(const Graph& graph, const Dataset& data);

}  // namespace vitrine
