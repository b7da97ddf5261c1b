// SPDX-License-Identifier: Apache-2.0
// A Graph with names resolved: which output feeds each input port, and in which order nodes run.
#pragma once

#include <vector>

#include "core/graph/graph.h"

namespace vitrine {

/// An output port by positions in nodes() and in the operator's outputs.
struct Source {
    int node = -1;
    int port = -1;
    bool isConnected() const { return node >= 0; }
};

struct Wiring {
    /// For each node, for each input port of its operator.
    std::vector<std::vector<Source>> sources;
    /// Every node after those that feed it; among nodes that are ready, the document's order. It
    /// follows from the document alone, not from the way in which it was edited.
    std::vector<int> order;

    const Source& source(int node, int port) const {
        return sources[static_cast<size_t>(node)][static_cast<size_t>(port)];
    }
};

Wiring wiringOf(const Graph& graph);

/// Input ports of a node that give it an operand, in order: those that are there and, where they
/// are optional, connected.
std::vector<int> operandPorts(const Node& node, const std::vector<Source>& sources);

}  // namespace vitrine
