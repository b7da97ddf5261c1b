// SPDX-License-Identifier: Apache-2.0
// Questions about a node's ports.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/graph.h"
#include "core/opdef/port_patterns.h"

namespace vitrine {

/// What arrives at the port of that name comes over an edge, not from the document's parameters.
inline bool comesOverEdge(const Node& node, const PortSpec& port, std::string_view name) {
    if (port.role != PortRole::Value) return !node.wired.empty() && node.wired.contains(name);
    return node.parameters.empty() || !node.parameters.contains(name);
}
/// The same of a port that does not repeat.
inline bool comesOverEdge(const Node& node, const PortSpec& port) {
    return comesOverEdge(node, port, port.id);
}
/// Is it a port for values, which no parameter feeds unless the node says so?
bool takesValues(const Node& node, std::string_view port);

/// What a parameter is without an entry.
constexpr ParameterKind usualKind(const PortSpec& port) {
    return port.role == PortRole::Statistic ? ParameterKind::Statistic : ParameterKind::Trained;
}

/// Whether an entry says no more than what is so without one.
inline bool isUsual(const Parameter& entry, const PortSpec& port) {
    return entry.kind == usualKind(port) && !entry.data && !entry.file && !entry.init &&
           !entry.type;
}

/// Takes the class numbers of a target: what a loss compares with.
constexpr bool takesLabels(const PortSpec& port) {
    return port.role == PortRole::Value && port.types == DTypes(DType::I32);
}

/// So many edges lead into a port that repeats.
inline constexpr int mostRepeats = 256;

/// A port of a node by the name that edges know it by.
struct NodePort {
    const PortSpec* spec = nullptr;
    std::string id;
};

/// Inputs that an edge can lead into, in order; of a port that repeats those that are connected,
/// and the first that is free. `connected`: names of the ports that have an edge.
std::vector<NodePort> edgeInputs(const Node& node, std::span<const std::string_view> connected);
std::vector<NodePort> edgeInputs(const Graph& graph, const Node& node);

/// Every output; of one that repeats as many as its field says.
std::vector<NodePort> outputsOf(const Node& node);
/// The output of that name, by its place among them, or -1.
int findOutput(const Node& node, std::string_view id);

}  // namespace vitrine
