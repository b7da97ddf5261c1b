// SPDX-License-Identifier: Apache-2.0
// Which nodes of a graph play a part of their own: what comes in, what is made small, what is
// given.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/graph.h"
#include "core/graph/wiring.h"

namespace vitrine {

/// A loss, and what it compares.
struct LossRole {
    int node = -1;  ///< position in nodes()
    double weight = 1;
    Source prediction, target;  ///< its first and second operand
};

/// Something that a network gives under a name.
struct OutputRole {
    std::string name;
    Source source;
};

/// Lists are in the order of nodes().
struct Roles {
    std::vector<int> inputs;  ///< positions of nodes that columns of the data come in by
    std::vector<LossRole> losses;
    /// What `output` nodes take, by their ids; then what losses compare (where that is an input,
    /// what they compare it with), by the ids of the nodes that make it. In a graph with neither:
    /// what its open ends give. Each value once, but for `output` nodes, which all have their own.
    std::vector<OutputRole> outputs;
};

/// With losses: at least one is needed. Without: an output is. Errors: "P10" where there is no
/// loss, no output, or no input; without losses what `output` nodes give may need none.
Result<Roles> rolesOf(const Graph& graph, const Wiring& wiring, bool withLoss);
/// The same of a graph without some of its nodes, which feed none of the others.
Result<Roles> rolesOf(const Graph& graph, const Wiring& wiring, bool withLoss,
                      const std::vector<bool>& leftOut);

/// For each node: does it lead to an output?
std::vector<bool> neededForOutputs(const Graph& graph, const Wiring& wiring);

}  // namespace vitrine
