// SPDX-License-Identifier: Apache-2.0
// Resolving the names in edges.
#include "core/graph/wiring.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "core/graph/ports.h"

namespace vitrine {

namespace {

/// Room for one more of a port that repeats, up to `index`.
void makeRoom(std::vector<Source>& sources, size_t ports, const PortPlace& place) {
    const int times = static_cast<int>(sources.size() - ports) + 1;
    if (place.index < times) return;
    const auto behind = sources.begin() + place.port + times;
    sources.insert(behind, static_cast<size_t>(place.index + 1 - times), Source{});
}

/// Where the operand of a place stands among the sources.
size_t sourceAt(std::span<const PortSpec> ports, size_t count, const PortPlace& place) {
    const int repeated = repeatedPort(ports);
    const size_t more = repeated >= 0 && place.port > repeated ? count - ports.size() : 0;
    return static_cast<size_t>(place.port + place.index) + more;
}

/// Names are put together only where a node has feeds of its own to look them up in.
bool comesOverEdge(const Node& node, const PortPlace& place, std::span<const PortSpec> ports) {
    const PortSpec& port = ports[static_cast<size_t>(place.port)];
    if (node.parameters.empty() && node.wired.empty()) return port.role == PortRole::Value;
    return comesOverEdge(node, port, nameOf(ports, place));
}

}  // namespace

Wiring wiringOf(const Graph& graph) {
    Wiring wiring;
    wiring.sources.reserve(graph.nodes().size());
    for (const Node& node : graph.nodes()) {
        const std::span<const PortSpec> ports = node.op->inputs;
        wiring.sources.emplace_back(ports.size());
        for (const auto& [port, parameter] : node.parameters)
            if (const PortPlace place = *findPort(ports, port); place.index > 0)
                makeRoom(wiring.sources.back(), ports.size(), place);
    }

    // Behind every edit: looked up by hash, a graph of a thousand nodes takes half the time.
    std::unordered_map<std::string_view, int> places;
    places.reserve(graph.nodes().size());
    for (const Node& node : graph.nodes()) places.emplace(node.id, static_cast<int>(places.size()));
    std::vector<std::pair<int, int>> pairs;
    pairs.reserve(graph.edges().size());
    for (const Edge& edge : graph.edges()) {
        const int from = places.at(edge.from.node), to = places.at(edge.to.node);
        const Node& giver = graph.nodes()[static_cast<size_t>(from)];
        const auto& ports = graph.nodes()[static_cast<size_t>(to)].op->inputs;
        std::vector<Source>& sources = wiring.sources[static_cast<size_t>(to)];
        const PortPlace place = *findPort(ports, edge.to.port);
        if (ports[static_cast<size_t>(place.port)].repeat.isRepeated())
            makeRoom(sources, ports.size(), place);
        sources[sourceAt(ports, sources.size(), place)] = {from, findOutput(giver, edge.from.port)};
        pairs.emplace_back(from, to);
    }
    wiring.order = sortVertices(static_cast<int>(graph.nodes().size()), pairs).order;
    return wiring;
}

std::vector<NodeOperand> operandsOf(const Node& node, const std::vector<Source>& sources) {
    const std::span<const PortSpec> ports = node.op->inputs;
    std::vector<NodeOperand> operands;
    for (size_t k = 0; k < sources.size(); ++k) {
        const PortPlace place = placeOf(ports, sources.size(), k);
        const PortSpec& port = ports[static_cast<size_t>(place.port)];
        const bool isConnected = sources[k].isConnected();
        const bool overEdge = comesOverEdge(node, place, ports);
        if (port.repeat.isRepeated() && !isConnected && overEdge)
            continue;  // a free one between others
        const bool isMissing = overEdge && port.optional && !isConnected;
        operands.push_back(
            {place, &port, sources[k], overEdge, portExists(port, node.attrs) && !isMissing});
    }
    const int repeated = repeatedPort(ports);
    const auto isRepeated = [=](const NodeOperand& o) { return o.place.port == repeated; };
    if (repeated >= 0 && std::ranges::none_of(operands, isRepeated))
        operands.insert(operands.begin() + repeated,
                        {{repeated, 0}, &ports[static_cast<size_t>(repeated)], {}, true, true});
    return operands;
}

}  // namespace vitrine
