// SPDX-License-Identifier: Apache-2.0
// Which nodes of a graph are its input, its target, its loss, and which value is the network's
// result.
#pragma once

#include "core/base/result.h"
#include "core/graph/graph.h"
#include "core/graph/wiring.h"

namespace vitrine {

/// Positions in nodes().
struct Roles {
    int input = -1;
    int target = -1;  ///< -1: none
    int loss = -1;    ///< -1: none asked for
    Source logits;    ///< what goes into the loss, or the only output that feeds nothing
};

/// With a loss: exactly one node of category `loss` is needed. Without: the loss and the target are
/// not looked at, except that a single loss says what the logits are. Errors: "P10" naming all
/// nodes that could play a part.
Result<Roles> rolesOf(const Graph& graph, const Wiring& wiring, bool withLoss);
/// The same of a graph without some of its nodes, which feed none of the others.
Result<Roles> rolesOf(const Graph& graph, const Wiring& wiring, bool withLoss,
                      const std::vector<bool>& leftOut);

/// A node whose output training makes small.
bool isLoss(const Node& node);

}  // namespace vitrine
