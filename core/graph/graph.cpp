// SPDX-License-Identifier: Apache-2.0
// Changes to a Graph, each checked before anything is touched.
#include "core/graph/graph.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/graph/names.h"
#include "core/graph/placeholder.h"
#include "core/graph/ports.h"
#include "core/graph/special_nodes.h"

namespace vitrine {

namespace {

Error graphError(std::string message, std::string_view node = {}) {
    Error error{"P10", std::move(message), {}, {}, {}};
    error.place.node = node;
    return error;
}

Error unknownNode(std::string_view id) {
    return graphError(fmt::format("there is no node {}", quoted(id)), id);
}

}  // namespace

const Node* Graph::find(std::string_view id) const {
    const int index = indexOf(id);
    return index < 0 ? nullptr : &m_nodes[static_cast<size_t>(index)];
}

const Node* Graph::findByKey(std::string_view key) const {
    const auto entry = m_keys.find(key);
    return entry == m_keys.end() ? nullptr : find(entry->second);
}

const Parameter* Graph::findParameter(std::string_view id) const {
    const auto entry = m_parameters.find(id);
    return entry == m_parameters.end() ? nullptr : &entry->second;
}

std::vector<std::string> Graph::ownedBy(std::string_view node) const {
    std::vector<std::string> owned;
    const std::string prefix = defaultParameterId(node, {});
    for (auto entry = m_parameters.lower_bound(prefix);
         entry != m_parameters.end() && entry->first.starts_with(prefix); ++entry) {
        const auto uses = [&](const Node& other) {
            return other.id != node &&
                   std::ranges::any_of(other.parameters, [&](const auto& reference) {
                       return reference.second == entry->first;
                   });
        };
        if (std::ranges::none_of(m_nodes, uses)) owned.push_back(entry->first);
    }
    return owned;
}

std::string Graph::parameterKey(std::string_view parameter) const {
    const std::string_view owner = parameter.substr(0, parameter.find('.'));
    const std::string_view rest = parameter.substr(owner.size());
    if (rest.empty()) return std::string(parameter);
    if (const Node* node = find(owner)) return node->key + std::string(rest);
    return (m_keys.contains(owner) ? "@" : "") + std::string(parameter);
}

int Graph::indexOf(std::string_view id) const {
    const auto place = m_places.find(id);
    return place == m_places.end() ? -1 : place->second;
}

Result<int> Graph::place(std::string_view node) const {
    const int index = indexOf(node);
    if (index < 0) return unknownNode(node);
    return index;
}

int Graph::vertexOf(std::string_view node) const {
    return m_vertices[static_cast<size_t>(indexOf(node))];
}

const Edge* Graph::edgeInto(const PortRef& port) const {
    const auto edge = std::find_if(m_edges.begin(), m_edges.end(),
                                   [&](const Edge& candidate) { return candidate.to == port; });
    return edge == m_edges.end() ? nullptr : &*edge;
}

std::vector<size_t> Graph::edgesOf(std::string_view node) const {
    std::vector<size_t> found;
    for (size_t i = 0; i < m_edges.size(); ++i)
        if (m_edges[i].from.node == node || m_edges[i].to.node == node) found.push_back(i);
    return found;
}

Result<void> Graph::enterKey(Node& node) {
    if (!node.key.empty() && m_keys.contains(node.key))
        return nodeError(node, fmt::format("the key '{}' is taken by node '{}'", node.key,
                                           m_keys.find(node.key)->second));
    for (int number = 1; node.key.empty(); ++number)
        if (std::string key = nodeKey(node.id, number); !m_keys.contains(key))
            node.key = std::move(key);
    m_keys.emplace(node.key, node.id);
    return {};
}

Result<void> Graph::insertNode(Node node, size_t index) {
    if (m_nodes.size() >= maxNodes)
        return graphError(fmt::format("a graph has at most {} nodes", maxNodes), node.id);
    VITRINE_TRY(checkNode(node));
    if (m_places.contains(node.id))
        return nodeError(node, "this id is taken, every node needs its own");
    VITRINE_TRY(enterKey(node));

    index = std::min(index, m_nodes.size());
    for (auto& [id, place] : m_places)
        if (place >= static_cast<int>(index)) ++place;
    m_places.emplace(node.id, static_cast<int>(index));
    m_vertices.insert(m_vertices.begin() + static_cast<ptrdiff_t>(index), m_order.add());
    m_nodes.insert(m_nodes.begin() + static_cast<ptrdiff_t>(index), std::move(node));
    return {};
}

Result<void> Graph::eraseNode(std::string_view id) {
    const Result<int> index = place(id);
    if (!index) return index.error();
    if (!edgesOf(id).empty())
        return nodeError(at(*index), "its edges must go before the node goes");

    m_order.remove(m_vertices[static_cast<size_t>(*index)]);
    m_places.erase(m_places.find(id));
    m_keys.erase(at(*index).key);
    for (auto& entry : m_places)
        if (entry.second > *index) --entry.second;
    m_vertices.erase(m_vertices.begin() + *index);
    m_nodes.erase(m_nodes.begin() + *index);
    return {};
}

Result<void> Graph::insertEdge(Edge edge, size_t index) {
    if (m_edges.size() >= maxEdges)
        return graphError(fmt::format("a graph has at most {} edges", maxEdges), edge.to.node);
    VITRINE_TRY(checkEdge(edge));
    if (const Edge* other = edgeInto(edge.to))
        return nodeError(*find(edge.to.node), fmt::format("port '{}' is taken by an edge from {}",
                                                          edge.to.port, other->from.text()));
    const std::vector<int> cycle =
        m_order.connect(vertexOf(edge.from.node), vertexOf(edge.to.node));
    if (!cycle.empty()) {
        std::vector<int> indices;
        for (int vertex : cycle)
            indices.push_back(static_cast<int>(
                std::find(m_vertices.begin(), m_vertices.end(), vertex) - m_vertices.begin()));
        return cycleError(indices);
    }
    index = std::min(index, m_edges.size());
    m_edges.insert(m_edges.begin() + static_cast<ptrdiff_t>(index), std::move(edge));
    return {};
}

Result<void> Graph::eraseEdge(const Edge& edge) {
    const auto found = std::find(m_edges.begin(), m_edges.end(), edge);
    if (found == m_edges.end())
        return graphError(fmt::format("there is no edge from {} to {}", quoted(edge.from.text()),
                                      quoted(edge.to.text())),
                          edge.to.node);
    m_order.disconnect(vertexOf(edge.from.node), vertexOf(edge.to.node));
    m_edges.erase(found);
    return {};
}

/// A connected port that the node as it would be does not have; empty: none.
std::string Graph::portTakenAway(const Node& changed) const {
    for (const Edge& edge : m_edges) {
        if (edge.to.node == changed.id) {
            const auto place = findPort(changed.op->inputs, edge.to.port);
            const PortSpec& port = changed.op->inputs[static_cast<size_t>(place->port)];
            if (!portExists(port, changed.attrs) || !comesOverEdge(changed, port, edge.to.port))
                return edge.to.port;
        }
        if (edge.from.node == changed.id && findOutput(changed, edge.from.port) < 0)
            return edge.from.port;
    }
    return {};
}

Result<void> Graph::setField(std::string_view id, std::string_view field, FieldValue value) {
    const Result<int> index = place(id);
    if (!index) return index.error();
    if (isPlaceholder(at(*index))) {
        Error error =
            nodeError(at(*index), "fields of a node that could not be read stay as they are");
        error.place.field = field;
        return error;
    }
    Node changed = at(*index);
    if (Result<void> set = changed.attrs.set(field, std::move(value)); !set) {
        Error error = nodeError(changed, set.error().message, set.error().code);
        error.place.field = field;
        return error;
    }
    if (const std::string port = portTakenAway(changed); !port.empty())
        return nodeError(
            changed,
            fmt::format("field '{}' would take away port '{}', which is connected", field, port));
    VITRINE_TRY(checkNode(changed));
    VITRINE_TRY(checkGiven(changed, field));
    at(*index) = std::move(changed);
    return {};
}

/// What an edge brings is still what its port takes.
Result<void> Graph::checkGiven(const Node& changed, std::string_view field) const {
    if (changed.op != &inputNode) return {};
    for (const Edge& edge : m_edges) {
        if (edge.from.node != changed.id) continue;
        const Node& to = *find(edge.to.node);
        const auto place = findPort(to.op->inputs, edge.to.port);
        const DTypes wanted = to.op->inputs[static_cast<size_t>(place->port)].types;
        const DTypes given = typesOf(changed, changed.op->outputs.front());
        if (wanted.meets(given)) continue;
        Error error = nodeError(changed, fmt::format("it would give {}, and {} takes {}",
                                                     given.text(), edge.to.text(), wanted.text()));
        error.place.field = field;
        return error;
    }
    return {};
}

Result<void> Graph::setFeed(std::string_view id, std::string_view port, std::string parameter,
                            bool byWire) {
    const Result<int> index = place(id);
    if (!index) return index.error();
    Node changed = at(*index);
    const std::string key(port);
    changed.wired.erase(key);
    changed.parameters.erase(key);
    if (byWire)
        changed.wired.insert(key);
    else if (!parameter.empty() &&
             (parameter != defaultParameterId(id, port) || takesValues(changed, port)))
        changed.parameters[key] = std::move(parameter);
    VITRINE_TRY(checkNode(changed));
    if (const std::string taken = portTakenAway(changed); !taken.empty())
        return nodeError(changed,
                         fmt::format("port '{}' is connected, its edge must go first", taken));
    at(*index) = std::move(changed);
    return {};
}

Result<void> Graph::putParameter(const std::string& id, std::optional<Parameter> parameter) {
    if (!parameter) {
        if (m_parameters.erase(id) > 0) return {};
        return graphError(fmt::format("parameter {} has no entry", quoted(id)));
    }
    VITRINE_CHECK(parameter->id == id, "a parameter stands under its id");
    VITRINE_TRY(checkParameter(*parameter));
    if (m_parameters.size() >= maxNodes && !m_parameters.contains(id))
        return graphError(fmt::format("a graph has at most {} parameters", maxNodes));
    m_parameters[id] = std::move(*parameter);
    return {};
}

Result<void> Graph::rename(std::string_view from, std::string_view to) {
    const Result<int> index = place(from);
    if (!index) return index.error();
    VITRINE_TRY(checkNodeId(to));
    if (from == to) return {};
    if (m_places.contains(to))
        return nodeError(at(*index), fmt::format("the id '{}' is taken by another node", to));
    const std::string oldPrefix = defaultParameterId(from, {}), newPrefix = std::string(to) + ".";
    for (const Node& node : m_nodes)
        for (const auto& [port, parameter] : node.parameters)
            if (parameter.starts_with(newPrefix))
                return nodeError(at(*index), fmt::format("the id '{}' is taken: {} uses parameter "
                                                         "'{}'",
                                                         to, node.text(), parameter));
    if (const auto entry = m_parameters.lower_bound(newPrefix);
        entry != m_parameters.end() && entry->first.starts_with(newPrefix))
        return nodeError(at(*index), fmt::format("the id '{}' is taken: there is a parameter '{}'",
                                                 to, entry->first));

    for (Node& node : m_nodes)
        for (auto& [port, parameter] : node.parameters)
            if (parameter.starts_with(oldPrefix))
                parameter = newPrefix + parameter.substr(oldPrefix.size());
    while (true) {
        auto entry = m_parameters.lower_bound(oldPrefix);
        if (entry == m_parameters.end() || !entry->first.starts_with(oldPrefix)) break;
        auto renamed = m_parameters.extract(entry);
        renamed.key() = newPrefix + renamed.key().substr(oldPrefix.size());
        renamed.mapped().id = renamed.key();
        m_parameters.insert(std::move(renamed));
    }
    for (Edge& edge : m_edges)
        for (PortRef* end : {&edge.from, &edge.to})
            if (end->node == from) end->node = to;
    auto entry = m_places.extract(m_places.find(from));
    entry.key() = to;
    m_places.insert(std::move(entry));
    at(*index).id = to;
    m_keys.find(at(*index).key)->second = to;
    return {};
}

Result<void> Graph::setTitle(std::string_view node, std::string title) {
    const Result<int> index = place(node);
    if (!index) return index.error();
    Node changed = at(*index);
    changed.title = std::move(title);
    VITRINE_TRY(checkNode(changed));
    at(*index) = std::move(changed);
    return {};
}

Result<void> Graph::setMadeAgain(std::string_view node, bool isMadeAgain) {
    const Result<int> index = place(node);
    if (!index) return index.error();
    at(*index).isMadeAgain = isMadeAgain;
    return {};
}

std::vector<std::string> Graph::madeAgain() const {
    std::vector<std::string> ids;
    for (const Node& node : m_nodes)
        if (node.isMadeAgain) ids.push_back(node.id);
    return ids;
}

Result<void> Graph::setPosition(std::string_view node, Position position) {
    const Result<int> index = place(node);
    if (!index) return index.error();
    Node changed = at(*index);
    changed.position = position;
    VITRINE_TRY(checkNode(changed));
    at(*index) = std::move(changed);
    return {};
}

}  // namespace vitrine
