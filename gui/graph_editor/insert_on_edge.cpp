// SPDX-License-Identifier: GPL-3.0-or-later
// Ports that match, trial on a copy, rows that move down.
#include "gui/graph_editor/insert_on_edge.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <utility>

#include "core/graph/ports.h"
#include "core/graph/shapes.h"
#include "gui/graph_editor/connection_rules.h"
#include "gui/graph_editor/node_geometry.h"

namespace vitrine::gui {

namespace {

std::optional<PortRef> freeInput(const Graph& graph, const Node& node, DTypes types) {
    for (const NodePort& port : edgeInputs(graph, node)) {
        const PortRef ref{node.id, port.id};
        if (port.spec->types.meets(types) && !graph.edgeInto(ref)) return ref;
    }
    return std::nullopt;
}

std::optional<PortRef> outputOf(const Node& node, DTypes types) {
    for (const NodePort& port : outputsOf(node))
        if (port.spec->types.meets(types)) return PortRef{node.id, port.id};
    return std::nullopt;
}

DTypes typesOf(const Graph& graph, const PortRef& output) {
    const Node& node = *graph.find(output.node);
    return outputsOf(node)[static_cast<size_t>(findOutput(node, output.port))].spec->types;
}

}  // namespace

Result<Transaction> insertionOf(const Graph& graph, const std::string& id, const Edge& edge) {
    const Node& node = *graph.find(id);
    if (edge.from.node == id || edge.to.node == id)
        return nodeError(node, "the edge begins or ends here already");
    const DTypes types = typesOf(graph, edge.from);
    const auto in = freeInput(graph, node, types);
    const auto out = outputOf(node, types);
    if (!in || !out)
        return nodeError(
            node, fmt::format("has no free {} to stand in this edge", in ? "output" : "input"));
    Transaction transaction{edit::EraseEdge{edge}, edit::InsertEdge{{edge.from, *in}},
                            edit::InsertEdge{{*out, edge.to}}};
    Graph after = graph;
    if (const auto done = perform(after, transaction); !done) return done.error();
    if (const auto error = newShapeError(graph, after, {edge.to.node})) return *error;
    const ShapeReport report = shapesOf(after);
    if (const Error* error = report.errorOf(id); error && error->code == "shape") return *error;
    return transaction;
}

bool goesDown(const Graph& graph, const Edge& edge) {
    return graph.find(edge.from.node)->position.y < graph.find(edge.to.node)->position.y;
}

Transaction roomInto(const Graph& graph, const Edge& edge, const QPointF& place) {
    const Position& to = graph.find(edge.to.node)->position;
    const double least = place.y() + rowPitch;
    if (!goesDown(graph, edge) || to.y >= least) return {};
    return {edit::Move{edge.to.node, {to.x, least}}};
}

std::optional<Edge> edgeOnwards(const Graph& graph, const std::string& id) {
    const Node& node = *graph.find(id);
    if (node.op->outputs.empty()) return std::nullopt;
    const PortRef output{id, outputsOf(node).front().id};
    std::optional<Edge> best;
    std::pair<double, double> bestAway;
    for (const Edge& edge : graph.edges()) {
        if (edge.from != output) continue;
        const Position& to = graph.find(edge.to.node)->position;
        const std::pair away(std::abs(to.x - node.position.x), to.y);
        if (best && !(away < bestAway)) continue;
        best = edge;
        bestAway = away;
    }
    return best;
}

}  // namespace vitrine::gui
