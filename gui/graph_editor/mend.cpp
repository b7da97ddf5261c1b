// SPDX-License-Identifier: GPL-3.0-or-later
// Walks back through what goes to what stays.
#include "gui/graph_editor/mend.h"

#include <algorithm>
#include <optional>
#include <set>

#include "core/graph/ports.h"
#include "gui/graph_editor/connection_rules.h"

namespace vitrine::gui {

namespace {

using Ids = std::set<std::string, std::less<>>;

Ids idsOf(const QStringList& nodes) {
    Ids ids;
    for (const QString& node : nodes) ids.insert(node.toStdString());
    return ids;
}

/// What feeds the inputs of a node that take numbers, where that is one port.
std::optional<PortRef> singleSource(const Graph& graph, const std::string& node) {
    std::optional<PortRef> source;
    for (const NodePort& port : edgeInputs(graph, *graph.find(node))) {
        if (takesIndices(*port.spec)) continue;
        const Edge* edge = graph.edgeInto({node, port.id});
        if (!edge) continue;
        if (source && *source != edge->from) return std::nullopt;
        source = edge->from;
    }
    return source;
}

/// The port outside of `gone` that a value comes from.
std::optional<PortRef> sourceBefore(const Graph& graph, PortRef port, const Ids& gone) {
    while (gone.contains(port.node)) {
        const auto source = singleSource(graph, port.node);
        if (!source) return std::nullopt;
        port = *source;
    }
    return port;
}

}  // namespace

Transaction removalOf(const Graph& graph, const QStringList& nodes) {
    return removal(graph, idsOf(nodes));
}

Transaction mendingRemovalOf(const Graph& graph, const QStringList& nodes) {
    const Ids gone = idsOf(nodes);
    Transaction transaction = removalOf(graph, nodes);
    Graph rest = graph;
    VITRINE_CHECK(perform(rest, transaction).ok(), "nodes that are there can go");
    for (const Edge& edge : graph.edges()) {
        if (!gone.contains(edge.from.node) || gone.contains(edge.to.node)) continue;
        const auto source = sourceBefore(graph, edge.from, gone);
        if (!source) continue;
        const Edge joined{*source, edge.to};
        if (!ConnectionRules(rest).attempt(joined)) continue;
        VITRINE_CHECK(rest.insertEdge(joined, edit::atEnd).ok(), "the attempt has worked");
        transaction.push_back(edit::InsertEdge{joined});
    }
    return transaction;
}

}  // namespace vitrine::gui
