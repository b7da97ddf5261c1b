// SPDX-License-Identifier: GPL-3.0-or-later
// Tries ports in their order.
#include "gui/graph_editor/wiring_suggestion.h"

#include <optional>

#include "core/graph/ports.h"
#include "core/graph/special_nodes.h"
#include "gui/graph_editor/connection_rules.h"

namespace vitrine::gui {

namespace {

std::vector<PortRef> openInputs(const Graph& graph, const Node& node) {
    std::vector<PortRef> ports;
    for (const NodePort& port : edgeInputs(graph, node)) {
        const PortRef ref{node.id, port.id};
        if (!graph.edgeInto(ref)) ports.push_back(ref);
    }
    return ports;
}

std::vector<PortRef> openOutputs(const Node& node) {
    std::vector<PortRef> ports;
    for (const NodePort& port : outputsOf(node)) ports.push_back({node.id, port.id});
    return ports;
}

/// The first pair that fits. Errors: the last one that was refused for its shape, else the last.
Result<Edge> firstFitting(const Graph& graph, const std::vector<PortRef>& outputs,
                          const std::vector<PortRef>& inputs) {
    ConnectionRules rules(graph);
    std::optional<Error> why;
    for (const PortRef& out : outputs)
        for (const PortRef& in : inputs) {
            const auto attempt = rules.attempt({out, in});
            if (attempt) return Edge{out, in};
            if (!why || ConnectionRules::canBeForced(attempt.error())) why = attempt.error();
        }
    return why ? *why : Error{"P10", "there is no free port", {}, {}, {}};
}

/// From one node to another.
Result<Edge> joined(const Graph& graph, const Node& from, const Node& to) {
    if (from.op->outputs.empty()) return nodeError(from, "has no output");
    if (openInputs(graph, to).empty()) return nodeError(to, "has no free input");
    return firstFitting(graph, openOutputs(from), openInputs(graph, to));
}

/// The only target of a graph.
const Node* onlyTarget(const Graph& graph) {
    const Node* found = nullptr;
    for (const Node& node : graph.nodes()) {
        if (!isClassInput(node)) continue;
        if (found) return nullptr;
        found = &node;
    }
    return found;
}

bool wantsLabels(const Node& node) {
    for (const PortSpec& port : node.op->inputs)
        if (takesLabels(port)) return true;
    return false;
}

}  // namespace

std::vector<Edge> suggestedEdges(const Graph& graph, const std::string& id,
                                 const std::string& beside, std::optional<Error>* refused) {
    Graph trial = graph;
    std::vector<Edge> edges;
    const auto take = [&](const Result<Edge>& edge) {
        if (!edge || !trial.insertEdge(*edge, trial.edges().size())) return;
        edges.push_back(*edge);
    };
    const Node& node = *graph.find(id);
    if (const Node* other = graph.find(beside)) {
        const bool takesInput = !openInputs(trial, node).empty();
        const auto edge = takesInput ? joined(trial, *other, node) : joined(trial, node, *other);
        take(edge);
        if (!edge && refused) *refused = edge.error();
    }
    const Node* target = onlyTarget(graph);
    if (target && target->id != id && target->id != beside && wantsLabels(node))
        take(firstFitting(trial, openOutputs(*target), openInputs(trial, node)));
    return edges;
}

Result<Edge> edgeBetween(const Graph& graph, const PortEnd& end, const std::string& id) {
    const Node& node = *graph.find(id);
    if (end.isInput) return firstFitting(graph, openOutputs(node), {end.port});
    return firstFitting(graph, {end.port}, openInputs(graph, node));
}

QStringList operatorsFitting(const Graph& graph, const PortEnd& end) {
    QStringList fitting;
    for (std::string_view op : nodeOperatorIds()) {
        Result<Node> node = makeNode("candidate_of_search", op);
        Graph trial = graph;
        if (!node || !trial.insertNode(std::move(node).value(), trial.nodes().size())) continue;
        if (edgeBetween(trial, end, "candidate_of_search"))
            fitting << QString::fromUtf8(op.data(), static_cast<qsizetype>(op.size()));
    }
    return fitting;
}

}  // namespace vitrine::gui
