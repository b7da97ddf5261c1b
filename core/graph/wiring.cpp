// SPDX-License-Identifier: Apache-2.0
// Resolving the names in edges.
#include "core/graph/wiring.h"

#include "core/graph/ports.h"

namespace vitrine {

Wiring wiringOf(const Graph& graph) {
    Wiring wiring;
    for (const Node& node : graph.nodes()) wiring.sources.emplace_back(node.op->inputs.size());

    std::vector<std::pair<int, int>> pairs;
    for (const Edge& edge : graph.edges()) {
        const int from = graph.indexOf(edge.from.node), to = graph.indexOf(edge.to.node);
        const auto& outputs = graph.nodes()[static_cast<size_t>(from)].op->outputs;
        const auto& inputs = graph.nodes()[static_cast<size_t>(to)].op->inputs;
        const auto port = static_cast<size_t>(findPort(inputs, edge.to.port));
        wiring.sources[static_cast<size_t>(to)][port] = {from, findPort(outputs, edge.from.port)};
        pairs.emplace_back(from, to);
    }
    wiring.order = sortVertices(static_cast<int>(graph.nodes().size()), pairs).order;
    return wiring;
}

std::vector<int> operandPorts(const Node& node, const std::vector<Source>& sources) {
    std::vector<int> ports;
    for (size_t i = 0; i < node.op->inputs.size(); ++i) {
        const PortSpec& port = node.op->inputs[i];
        const bool isMissing =
            comesOverEdge(port.kind) && port.optional && !sources[i].isConnected();
        if (portExists(port, node.attrs) && !isMissing) ports.push_back(static_cast<int>(i));
    }
    return ports;
}

}  // namespace vitrine
