// SPDX-License-Identifier: Apache-2.0
// Looks at nodes, ports and entries.
#include "core/graph/parameter_use.h"

#include "core/graph/placeholder.h"
#include "core/graph/ports.h"

namespace vitrine {

namespace {

/// `conv1` of `conv1.weight`.
std::string_view ownerPart(std::string_view parameter) {
    const size_t dot = parameter.find('.');
    return dot == parameter.npos ? std::string_view() : parameter.substr(0, dot);
}

const PortSpec* parameterPort(const Node& node, std::string_view name) {
    const auto place = findPort(node.op->inputs, name);
    if (!place) return nullptr;
    const PortSpec& port = node.op->inputs[static_cast<size_t>(place->port)];
    return port.role == PortRole::Value ? nullptr : &port;
}

/// Usual ones, for what has none and is `wanted(node that names it, its id)`.
template <class Wanted>
std::vector<Parameter> entriesFor(const Graph& graph, Wanted wanted) {
    std::vector<Parameter> entries;
    std::set<std::string_view> seen;
    for (const Node& node : graph.nodes())
        for (const auto& [name, id] : node.parameters) {
            const PortSpec* port = parameterPort(node, name);
            if (port && !graph.findParameter(id) && wanted(node, id) && seen.insert(id).second)
                entries.push_back({.id = id, .kind = usualKind(*port)});
        }
    return entries;
}

}  // namespace

const PortSpec* ownPortOf(const Graph& graph, std::string_view parameter) {
    const std::string_view id = ownerPart(parameter);
    const Node* owner = id.empty() ? nullptr : graph.find(id);
    const PortSpec* port = owner ? parameterPort(*owner, parameter.substr(id.size() + 1)) : nullptr;
    return port && portExists(*port, owner->attrs) ? port : nullptr;
}

bool isKnownParameter(const Graph& graph, std::string_view id) {
    if (graph.findParameter(id) || ownPortOf(graph, id)) return true;
    const Node* owner = graph.find(ownerPart(id));
    return owner && isPlaceholder(*owner);
}

std::vector<Parameter> missingEntries(const Graph& graph) {
    return entriesFor(graph,
                      [&](const Node&, const auto& id) { return !isKnownParameter(graph, id); });
}

std::vector<Parameter> entriesLeftBy(const Graph& graph,
                                     const std::set<std::string, std::less<>>& gone) {
    return entriesFor(graph, [&](const Node& node, const auto& id) {
        return !gone.contains(node.id) && gone.contains(ownerPart(id)) && ownPortOf(graph, id);
    });
}

}  // namespace vitrine
