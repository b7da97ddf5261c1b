// SPDX-License-Identifier: GPL-3.0-or-later
// Wires are tried one by one on a copy.
#include "gui/graph_editor/stand_in.h"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/graph/placeholder.h"
#include "core/graph/ports.h"
#include "core/graph/special_nodes.h"
#include "core/session/placeholder_reading.h"
#include "gui/graph_editor/connection_rules.h"
#include "gui/graph_editor/kept_weights.h"
#include "gui/graph_editor/node_naming.h"

namespace vitrine::gui {

namespace {

/// In the order of the node's ports.
std::vector<Edge> edgesInto(const Graph& graph, const Node& node) {
    std::vector<Edge> edges;
    for (const NodePort& port : edgeInputs(graph, node))
        if (const Edge* edge = graph.edgeInto({node.id, port.id})) edges.push_back(*edge);
    return edges;
}

std::vector<Edge> edgesFrom(const Graph& graph, const std::string& node) {
    std::vector<Edge> edges;
    std::ranges::copy_if(graph.edges(), std::back_inserter(edges),
                         [&](const Edge& edge) { return edge.from.node == node; });
    return edges;
}

/// A graph that grows edge by edge, and how it came about.
class Wiring {
  public:
    Wiring(const Graph& graph, Transaction& edits) : m_graph(graph), m_edits(edits) {}
    const Graph& graph() const { return m_graph; }
    Result<void> begin() {
        const auto done = perform(m_graph, m_edits);
        return done ? Result<void>() : done.error();
    }
    bool add(const Edge& edge) {
        if (m_graph.edgeInto(edge.to) || ConnectionRules(m_graph).refusal(edge)) return false;
        VITRINE_CHECK(m_graph.insertEdge(edge, edit::atEnd).ok(), "nothing refuses it");
        m_edits.push_back(edit::InsertEdge{edge});
        return true;
    }
    /// To that port, else to the first that takes it.
    bool addInto(const PortRef& from, const std::string& id, const std::string& port) {
        return (!port.empty() && add({from, {id, port}})) || addInto(from, id);
    }
    bool addInto(const PortRef& from, const std::string& id) {
        return std::ranges::any_of(edgeInputs(m_graph, *m_graph.find(id)),
                                   [&](const NodePort& port) {
                                       return add({from, {id, port.id}});
                                   });
    }

  private:
    Graph m_graph;
    Transaction& m_edits;
};

/// The port that takes what that port of a placeholder took; empty: nobody knows.
std::string portFor(const std::optional<ReadPlaceholder>& read, const std::string& oldPort) {
    if (read)
        for (const auto& [port, old] : read->ports)
            if (old == oldPort) return port;
    return {};
}

/// What has no rule here keeps its name with its place in the model.
std::string nameFor(const Graph& graph, const Node& old, const std::string& op) {
    return isPlaceholder(old) ? old.id : FreshNames(graph).forOperator(op);
}

}  // namespace

Result<Transaction> bypassOf(const Graph& graph, const std::string& id) {
    const Node& node = *graph.find(id);
    const std::vector<Edge> in = edgesInto(graph, node), out = edgesFrom(graph, id);
    std::set<std::string> ports;
    for (const Edge& edge : out) ports.insert(edge.from.port);
    if (in.size() != 1 || ports.size() != 1)
        return nodeError(
            node, fmt::format("it has {} in and {}, wanted one of each: join by hand "
                              "what it stands between",
                              countOf(in.size(), "edge"), countOf(ports.size(), "used output")));
    Transaction edits = removal(graph, {id});
    for (const Edge& edge : out) edits.push_back(edit::InsertEdge{{in.front().from, edge.to}});
    Graph after = graph;
    if (const auto done = perform(after, edits); !done) return done.error();
    return edits;
}

Result<StandIn> standInOf(const Graph& graph, const std::string& id, const std::string& op) {
    const Node& old = *graph.find(id);
    Result<Node> made = makeNode(nameFor(graph, old, op), op);
    if (!made) return made.error();
    std::optional<ReadPlaceholder> read;
    if (isPlaceholder(old)) read = readPlaceholder(graph, old, op);
    StandIn result{made->id, removal(graph, {id})};
    made->position = old.position;
    made->title = old.title;
    made->attrs = read ? keptFields(*read->op, read->attrs, made->attrs)
                       : keptFields(*old.op, old.attrs, made->attrs);
    // Its ports are those of the operator that it is read as.
    const bool isRead = read && read->op == made->op;
    if (!isRead) read.reset();
    const std::vector<NodePort> outputs = outputsOf(*made), oldOutputs = outputsOf(old);
    result.edits.push_back(edit::InsertNode{std::move(made).value()});
    Wiring wiring(graph, result.edits);
    VITRINE_TRY(wiring.begin());
    for (const Edge& edge : edgesInto(graph, old))
        result.lost += !wiring.addInto(edge.from, result.node, portFor(read, edge.to.port));
    for (const Edge& edge : edgesFrom(graph, id)) {
        const auto at = std::ranges::find(oldOutputs, edge.from.port, &NodePort::id);
        const auto place = static_cast<size_t>(at - oldOutputs.begin());
        const bool isThere =
            place < outputs.size() && wiring.add({{result.node, outputs[place].id}, edge.to});
        result.lost += !isThere;
    }
    KeptWeights kept = keptWeights({graph, old, isRead ? &*read : nullptr}, wiring.graph(),
                                   *wiring.graph().find(result.node));
    result.lostWeights = kept.lost;
    std::ranges::move(kept.edits, std::back_inserter(result.edits));
    return result;
}

}  // namespace vitrine::gui
