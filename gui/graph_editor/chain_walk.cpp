// SPDX-License-Identifier: GPL-3.0-or-later
// Neighbours along edges and beside.
#include "gui/graph_editor/chain_walk.h"

#include <cmath>
#include <limits>

#include "core/graph/wiring.h"

namespace vitrine::gui {

namespace {

std::string alongEdge(const Graph& graph, const std::string& from, bool forth) {
    for (const Edge& edge : graph.edges()) {
        const std::string& here = forth ? edge.from.node : edge.to.node;
        if (here == from) return forth ? edge.to.node : edge.from.node;
    }
    return from;
}

std::string beside(const Graph& graph, const Node& from, double side) {
    double least = std::numeric_limits<double>::max();
    std::string nearest = from.id;
    for (const Node& node : graph.nodes()) {
        const double across = (node.position.x - from.position.x) * side;
        if (across <= 0) continue;
        // What is beside counts more than what is above or below.
        const double distance = across + 3 * std::abs(node.position.y - from.position.y);
        if (distance < least) least = distance, nearest = node.id;
    }
    return nearest;
}

}  // namespace

std::string walk(const Graph& graph, const std::string& from, Step step) {
    if (graph.nodes().empty()) return {};
    const Node* node = graph.find(from);
    if (!node) return graph.nodes()[static_cast<size_t>(wiringOf(graph).order.front())].id;
    switch (step) {
        case Step::Back:
            return alongEdge(graph, from, false);
        case Step::Forth:
            return alongEdge(graph, from, true);
        case Step::Left:
            return beside(graph, *node, -1);
        case Step::Right:
            return beside(graph, *node, 1);
    }
    return from;
}

}  // namespace vitrine::gui
