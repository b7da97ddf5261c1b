// SPDX-License-Identifier: Apache-2.0
// Ports as they can be connected.
#include "core/graph/ports.h"

#include <algorithm>
#include <set>

namespace vitrine {

namespace {

/// Of a port that repeats: those that are fed, and the first that is free.
std::set<int> shownIndices(std::span<const PortSpec> ports, int port,
                           std::span<const std::string_view> fed) {
    std::set<int> indices;
    for (const std::string_view name : fed)
        if (const auto place = findPort(ports, name); place && place->port == port)
            indices.insert(place->index);
    int free = 0;
    while (indices.contains(free)) ++free;
    if (free < std::min(ports[static_cast<size_t>(port)].repeat.most, mostRepeats))
        indices.insert(free);
    return indices;
}

int timesOf(const PortSpec& port, const Attrs& attrs) {
    const std::string_view field = port.repeat.field;
    if (field.empty()) return 1;
    const auto spec = std::ranges::find(attrs.specs(), field, &FieldSpec::id);
    const bool isList = spec->type == FieldType::IntList;
    const int64_t times = isList ? std::ssize(attrs.list(field)) : attrs.integer(field);
    return static_cast<int>(std::clamp<int64_t>(times, 1, port.repeat.most));
}

}  // namespace

bool takesValues(const Node& node, std::string_view port) {
    const auto place = findPort(node.op->inputs, port);
    return place && node.op->inputs[static_cast<size_t>(place->port)].role == PortRole::Value;
}

std::vector<NodePort> edgeInputs(const Node& node, std::span<const std::string_view> connected) {
    const std::span<const PortSpec> ports = node.op->inputs;
    std::vector<std::string_view> fed(connected.begin(), connected.end());
    for (const auto& [port, parameter] : node.parameters) fed.push_back(port);
    std::vector<NodePort> found;
    for (size_t i = 0; i < ports.size(); ++i) {
        if (!portExists(ports[i], node.attrs)) continue;
        const auto port = static_cast<int>(i);
        const std::set<int> indices =
            ports[i].repeat.isRepeated() ? shownIndices(ports, port, fed) : std::set{0};
        for (const int index : indices)
            if (std::string name = nameOf(ports, {port, index});
                comesOverEdge(node, ports[i], name))
                found.push_back({&ports[i], std::move(name)});
    }
    return found;
}

std::vector<NodePort> edgeInputs(const Graph& graph, const Node& node) {
    std::vector<std::string_view> connected;
    for (const Edge& edge : graph.edges())
        if (edge.to.node == node.id) connected.push_back(edge.to.port);
    return edgeInputs(node, connected);
}

std::vector<NodePort> outputsOf(const Node& node) {
    const std::span<const PortSpec> ports = node.op->outputs;
    std::vector<NodePort> found;
    for (size_t i = 0; i < ports.size(); ++i)
        for (int index = 0; index < timesOf(ports[i], node.attrs); ++index)
            found.push_back({&ports[i], nameOf(ports, {static_cast<int>(i), index})});
    return found;
}

int findOutput(const Node& node, std::string_view id) {
    const std::vector<NodePort> outputs = outputsOf(node);
    const auto found = std::ranges::find(outputs, id, &NodePort::id);
    return found == outputs.end() ? -1 : static_cast<int>(found - outputs.begin());
}

}  // namespace vitrine
