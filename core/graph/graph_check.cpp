// SPDX-License-Identifier: Apache-2.0
// What a Graph takes: checks of nodes and edges, and of all parts of a file at once.
#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/base/nearest_word.h"
#include "core/graph/graph.h"
#include "core/graph/names.h"
#include "core/graph/placeholder.h"
#include "core/graph/ports.h"
#include "core/graph/special_nodes.h"

namespace vitrine {

namespace {

constexpr size_t longestTitle = 1000, longestColumn = 200;

/// One port of those that repeat stands for all of them.
Error unknownPort(const Node& node, std::string_view side, std::string_view port,
                  const std::vector<std::string>& names) {
    const std::vector<std::string_view> known(names.begin(), names.end());
    const std::string meant = didYouMean(port, known);
    return nodeError(node, fmt::format("there is no {} port {}{}", side, quoted(port),
                                       meant.empty() ? onlyThese(known) : meant));
}

/// Names of all inputs, or of those that an edge can lead into.
std::vector<std::string> inputNames(const Node& node, bool overEdges) {
    const std::span<const PortSpec> ports = node.op->inputs;
    std::vector<std::string> names;
    for (size_t i = 0; i < ports.size(); ++i)
        if (std::string port = nameOf(ports, {static_cast<int>(i), 0});
            !overEdges || comesOverEdge(node, ports[i], port))
            names.push_back(std::move(port));
    return names;
}

std::vector<std::string> outputNames(const Node& node) {
    std::vector<std::string> names;
    for (const NodePort& port : outputsOf(node)) names.push_back(port.id);
    return names;
}

std::string whatFlows(const PortSpec& port) {
    return takesLabels(port) ? "class numbers" : port.types.text();
}
std::string whatFlows(const Node& from, const PortSpec& port) {
    return isClassInput(from) ? "class numbers" : typesOf(from, port).text();
}

bool isOnCanvas(double coordinate) {
    return std::isfinite(coordinate) && std::abs(coordinate) <= Graph::farthestPosition;
}

Result<void> checkInputShape(const Node& node) {
    const std::vector<int64_t>& shape = node.attrs.list("shape");
    const size_t least = isBatched(node) ? 1 : 0, most = Shape::maxRank - least;
    const bool isEmpty = isBatched(node) && std::ranges::find(shape, 0) != shape.end();
    if (shape.size() >= least && shape.size() <= most && !isEmpty) return {};
    Error error = nodeError(
        node,
        isEmpty ? fmt::format("field 'shape' is '{}', wanted no extent of 0 where the batch comes "
                              "on top",
                              fieldText(shape))
                : fmt::format("field 'shape' has {} extents, wanted {} to {}", shape.size(), least,
                              most),
        "P11");
    error.place.field = "shape";
    return error;
}

Result<void> checkColumn(const Node& node) {
    const std::string& column = columnOf(node);
    const bool isWord = std::ranges::none_of(
        column, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '"'; });
    if (!column.empty() && column.size() <= longestColumn && isWord) return {};
    Error error = nodeError(node,
                            fmt::format("field 'column' is {}, wanted the name of a column of 1 "
                                        "to {} bytes, without quotes",
                                        quoted(column), longestColumn),
                            "P11");
    error.place.field = "column";
    return error;
}

Error danglingEdge(const Edge& edge, const std::string& missing) {
    Error error{"P10",
                fmt::format("edge from {} to {}: there is no node {}", quoted(edge.from.text()),
                            quoted(edge.to.text()), quoted(missing)),
                {},
                {},
                {}};
    error.place.node = missing;
    return error;
}

}  // namespace

Result<void> Graph::checkNode(const Node& node) const {
    VITRINE_TRY(checkNodeId(node.id));
    if (!node.key.empty()) VITRINE_TRY(checkNodeKey(node.key));
    VITRINE_CHECK(node.op && node.attrs.values().size() == node.op->fields.size(),
                  "nodes are made by makeNode");
    if (!isOnCanvas(node.position.x) || !isOnCanvas(node.position.y))
        return nodeError(
            node,
            fmt::format("position is {}, {}, wanted numbers from {} to {}", node.position.x,
                        node.position.y, -farthestPosition, farthestPosition),
            "P11");
    if (node.title.size() > longestTitle)
        return nodeError(
            node,
            fmt::format("title has {} bytes, wanted at most {}", node.title.size(), longestTitle),
            "P11");
    if (isInput(node)) VITRINE_TRY(checkColumn(node));
    if (node.op == &inputNode) VITRINE_TRY(checkInputShape(node));
    return checkFeeds(node);
}

/// What feeds ports otherwise than usual.
Result<void> Graph::checkFeeds(const Node& node) const {
    for (const auto& [port, parameter] : node.parameters) {
        VITRINE_TRY(checkParameterId(parameter));
        const auto place = findPort(node.op->inputs, port);
        if (!place || place->index >= mostRepeats)
            return unknownPort(node, "parameter", port, inputNames(node, false));
        // A loss compares what the network gives, and an output is that.
        const bool isRole = node.op->kind != NodeKind::Operator && place->port < 2;
        const PortSpec& spec = node.op->inputs[static_cast<size_t>(place->port)];
        if (spec.role == PortRole::Value && (isRole || isPlaceholder(node)))
            return nodeError(node, fmt::format("port '{}' takes an edge, not a parameter", port));
    }
    for (const std::string& port : node.wired) {
        const auto place = findPort(node.op->inputs, port);
        if (!place) return unknownPort(node, "parameter", port, inputNames(node, false));
        const PortSpec& spec = node.op->inputs[static_cast<size_t>(place->port)];
        if (spec.role == PortRole::Value)
            return nodeError(node, fmt::format("port '{}' takes an edge as it is", port));
        if (node.parameters.contains(port))
            return nodeError(node, fmt::format("port '{}' is fed by an edge and by parameter '{}'",
                                               port, node.parameters.find(port)->second));
    }
    return {};
}

Result<void> Graph::checkEdge(const Edge& edge) const {
    for (const std::string* end : {&edge.from.node, &edge.to.node})
        if (!m_places.contains(*end)) return danglingEdge(edge, *end);
    const Node &from = *find(edge.from.node), &to = *find(edge.to.node);

    const std::vector<NodePort> outputs = outputsOf(from);
    const auto out = std::ranges::find(outputs, edge.from.port, &NodePort::id);
    if (out == outputs.end()) return unknownPort(from, "output", edge.from.port, outputNames(from));
    const auto in = findPort(to.op->inputs, edge.to.port);
    if (!in || in->index >= mostRepeats)
        return unknownPort(to, "input", edge.to.port, inputNames(to, true));
    const PortSpec &given = *out->spec, &wanted = to.op->inputs[static_cast<size_t>(in->port)];
    if (!comesOverEdge(to, wanted, edge.to.port))
        return nodeError(to, fmt::format("port '{}' takes a parameter, not an edge", edge.to.port));
    if (!portExists(wanted, to.attrs))
        return nodeError(to, fmt::format("port '{}' is only there while {} is true", wanted.id,
                                         conditionOf(wanted)));
    if (wanted.types.meets(typesOf(from, given))) return {};
    return nodeError(to, fmt::format("port '{}' takes {}, but {} gives {}", edge.to.port,
                                     whatFlows(wanted), edge.from.text(), whatFlows(from, given)));
}

Error Graph::cycleError(const std::vector<int>& nodeIndices) const {
    constexpr size_t shown = 12;
    std::string path;
    const size_t last = nodeIndices.size() - 1;
    for (size_t i = 0; i <= last; ++i) {
        if (last > shown && i == shown - 1) {
            path += fmt::format(" → … {} more …", last - i);
            i = last;
        }
        path += fmt::format("{}'{}'", i == 0 ? "" : " → ",
                            m_nodes[static_cast<size_t>(nodeIndices[i])].id);
    }
    const Node& first = m_nodes[static_cast<size_t>(nodeIndices.front())];
    return nodeError(first, fmt::format("an edge from here would close a cycle: {}", path));
}

Result<Graph> Graph::fromParts(std::vector<Node> nodes, std::vector<Edge> edges,
                               std::vector<Parameter> parameters) {
    const auto tooMany = [](std::string_view what, size_t found, size_t limit) {
        return Error{"P10",
                     fmt::format("the graph has {} {}, wanted at most {}", found, what, limit),
                     {},
                     {},
                     {}};
    };
    if (nodes.size() > maxNodes) return tooMany("nodes", nodes.size(), maxNodes);
    if (edges.size() > maxEdges) return tooMany("edges", edges.size(), maxEdges);
    if (parameters.size() > maxNodes) return tooMany("parameters", parameters.size(), maxNodes);

    Graph graph;
    graph.m_nodes = std::move(nodes);
    for (const Node& node : graph.m_nodes) {
        VITRINE_TRY(graph.checkNode(node));
        const int index = static_cast<int>(graph.m_places.size());
        if (!graph.m_places.emplace(node.id, index).second)
            return nodeError(node, "this id is there twice, every node needs its own");
        graph.m_vertices.push_back(index);
    }
    for (const bool isMade : {false, true})
        for (Node& node : graph.m_nodes)
            if (node.key.empty() == isMade) VITRINE_TRY(graph.enterKey(node));

    std::vector<std::pair<int, int>> pairs;
    std::set<std::pair<std::string_view, std::string_view>> taken;
    for (const Edge& edge : edges) {
        VITRINE_TRY(graph.checkEdge(edge));
        if (!taken.emplace(edge.to.node, edge.to.port).second)
            return nodeError(*graph.find(edge.to.node),
                             fmt::format("port '{}' has two edges, wanted one", edge.to.port));
        pairs.emplace_back(graph.indexOf(edge.from.node), graph.indexOf(edge.to.node));
    }
    const SortedVertices sorted = sortVertices(static_cast<int>(graph.m_nodes.size()), pairs);
    if (!sorted.cycle.empty()) return graph.cycleError(sorted.cycle);
    graph.m_order = TopologicalOrder(sorted, pairs);
    graph.m_edges = std::move(edges);
    for (Parameter& parameter : parameters) {
        VITRINE_TRY(checkParameter(parameter));
        const std::string id = parameter.id;
        if (graph.m_parameters.contains(id))
            return Error{"P10", fmt::format("parameter {} is there twice", quoted(id)), {}, {}, {}};
        graph.m_parameters.emplace(id, std::move(parameter));
    }
    return graph;
}

}  // namespace vitrine
