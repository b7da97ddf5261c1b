// SPDX-License-Identifier: Apache-2.0
// A Graph with names resolved: which output feeds each input port, and in which order nodes run.
#pragma once

#include <vector>

#include "core/graph/graph.h"

namespace vitrine {

/// An output by positions in nodes() and in outputsOf().
struct Source {
    int node = -1;
    int port = -1;
    bool isConnected() const { return node >= 0; }
};

struct Wiring {
    /// For each node, for each input of its operator in the order of ports; one that repeats has as
    /// many as the last that is fed, and at least one. Not connected: a parameter feeds it, or
    /// nothing does.
    std::vector<std::vector<Source>> sources;
    /// Every node after those that feed it; among nodes that are ready, the document's order. It
    /// follows from the document alone, not from the way in which it was edited.
    std::vector<int> order;

    const Source& source(int node, int port) const {
        return sources[static_cast<size_t>(node)][static_cast<size_t>(port)];
    }
};

Wiring wiringOf(const Graph& graph);

/// What a node's operator gets, in the order of its ports.
struct NodeOperand {
    PortPlace place;
    const PortSpec* port = nullptr;
    Source source;
    bool comesOverEdge = true;  ///< false: the document's parameter feeds it
    /// False: nothing stands there, for its field or because it is optional.
    bool isThere = true;
};
/// Of a port that repeats those that are fed, and at least one.
std::vector<NodeOperand> operandsOf(const Node& node, const std::vector<Source>& sources);

}  // namespace vitrine
