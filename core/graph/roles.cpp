// SPDX-License-Identifier: Apache-2.0
// Finding the nodes that play a part of their own.
#include "core/graph/roles.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/graph/special_nodes.h"

namespace vitrine {

namespace {

bool isInput(const Node& node) { return node.op == &inputNode; }
bool isTarget(const Node& node) { return node.op == &targetNode; }

/// Nodes for which a condition holds, by position.
template <class Condition>
std::vector<int> nodesWhere(const Graph& graph, const std::vector<bool>& leftOut, Condition holds) {
    std::vector<int> found;
    for (size_t i = 0; i < graph.nodes().size(); ++i)
        if (!leftOut[i] && holds(graph.nodes()[i])) found.push_back(static_cast<int>(i));
    return found;
}

/// What a graph needs one of, and what to do where it has none, or several.
struct Part {
    std::string_view name;
    const char *whenNone, *whenSeveral;
};
constexpr Part inputPart{"input", "Add an input and connect it to the first layer.",
                         "A run feeds one: delete the others."};
constexpr Part lossPart{"loss",
                        "Add a loss (cross_entropy) and connect the last layer and a target to it.",
                        "Training makes one smaller: delete the others."};
constexpr Part targetPart{"target", "Add a target and connect it to the loss.",
                          "A run feeds one: delete the others."};
constexpr Part resultPart{"result", "Connect the input to a layer.",
                          "Connect the others to what leads to the result, or delete them."};

Error notOne(const Graph& graph, const Part& part, const std::vector<int>& found) {
    constexpr size_t shown = 10;
    Error error{
        "P10", fmt::format("the graph has no {}, wanted one", part.name), {}, {}, part.whenNone};
    if (found.empty()) return error;
    std::vector<std::string> names;
    for (size_t i = 0; i < std::min(found.size(), shown); ++i)
        names.push_back(graph.nodes()[static_cast<size_t>(found[i])].text());
    error.message =
        fmt::format("the graph has {} nodes that could be its {}, wanted one: {}{}", found.size(),
                    part.name, fmt::join(names, ", "), found.size() > shown ? ", …" : "");
    error.place.node = graph.nodes()[static_cast<size_t>(found[1])].id;
    error.next = part.whenSeveral;
    return error;
}

/// Nodes with an output that no edge takes away, losses and targets apart.
std::vector<int> openEnds(const Graph& graph, const Wiring& wiring,
                          const std::vector<bool>& leftOut) {
    std::vector<bool> isUsed(graph.nodes().size());
    for (size_t i = 0; i < wiring.sources.size(); ++i)
        for (const Source& source : wiring.sources[i])
            if (source.isConnected() && !leftOut[i])
                isUsed[static_cast<size_t>(source.node)] = true;
    return nodesWhere(graph, leftOut, [&](const Node& node) {
        return !isTarget(node) && !isLoss(node) &&
               !isUsed[static_cast<size_t>(graph.indexOf(node.id))];
    });
}

}  // namespace

bool isLoss(const Node& node) { return node.op->category == "loss"; }

Result<Roles> rolesOf(const Graph& graph, const Wiring& wiring, bool withLoss) {
    return rolesOf(graph, wiring, withLoss, std::vector<bool>(graph.nodes().size()));
}

Result<Roles> rolesOf(const Graph& graph, const Wiring& wiring, bool withLoss,
                      const std::vector<bool>& leftOut) {
    Roles roles;
    const std::vector<int> inputs = nodesWhere(graph, leftOut, isInput);
    if (inputs.size() != 1) return notOne(graph, inputPart, inputs);
    roles.input = inputs.front();

    const std::vector<int> losses = nodesWhere(graph, leftOut, isLoss);
    if (losses.size() == 1) roles.logits = wiring.source(losses.front(), 0);
    if (!withLoss) {
        if (roles.logits.isConnected()) return roles;
        const std::vector<int> ends = openEnds(graph, wiring, leftOut);
        if (ends.size() != 1) return notOne(graph, resultPart, ends);
        roles.logits = {ends.front(), 0};
        return roles;
    }

    if (losses.size() != 1) return notOne(graph, lossPart, losses);
    roles.loss = losses.front();
    const std::vector<int> targets = nodesWhere(graph, leftOut, isTarget);
    if (targets.size() > 1) return notOne(graph, targetPart, targets);
    if (targets.size() == 1) roles.target = targets.front();
    return roles;
}

}  // namespace vitrine
