// SPDX-License-Identifier: Apache-2.0
// Graphs as JSON: nodes and edges one by one, then the graph that checks them together.
#include "core/io/graph_json.h"

#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/graph/special_nodes.h"
#include "core/io/json_fields.h"
#include "core/io/parameter_json.h"
#include "core/io/placeholder_json.h"

namespace vitrine {

namespace {

Error trouble(std::string code, std::string message) {
    return {std::move(code), std::move(message), {}, {}, {}};
}

Result<double> coordinate(const Json& value, std::string_view node) {
    if (value.is_number()) return value.get<double>();
    Error error =
        trouble("P11", fmt::format("node '{}': position has an entry that is no number", node));
    error.place = {std::string(node), "position", {}, 0};
    return error;
}

Result<void> readPosition(Node& node, const Json& value) {
    if (!value.is_array() || value.size() != 2)
        return nodeError(node, "position is not [x, y]", "P11");
    const Result<double> x = coordinate(value[0], node.id), y = coordinate(value[1], node.id);
    if (!x) return x.error();
    if (!y) return y.error();
    node.position = {*x, *y};
    return {};
}

Result<void> readParameters(Node& node, const Json& value) {
    const Error wrong = nodeError(node, "parameters is not {\"port\": \"parameter\", …}", "P11");
    if (!value.is_object()) return wrong;
    for (const auto& [port, parameter] : value.items()) {
        if (!parameter.is_string()) return wrong;
        node.parameters[port] = parameter.get<std::string>();
    }
    return {};
}

Result<void> readWired(Node& node, const Json& value) {
    const Error wrong = nodeError(node, "wired is not [\"port\", …]", "P11");
    if (!value.is_array()) return wrong;
    for (const Json& port : value) {
        if (!port.is_string()) return wrong;
        node.wired.insert(port.get<std::string>());
    }
    return {};
}

Result<void> readFields(Node& node, const Json& fields) {
    const Result<void> set = setFields(node.attrs, fields);
    if (set) return {};
    Error error = nodeError(node, set.error().message, set.error().code);
    error.place.field = set.error().place.field;
    return error;
}

/// What stands in a node's object beside its id, operator and fields.
Result<void> readNodeRest(JsonObject& object, Node& node) {
    if (object.find("key")) {
        Result<std::string> key = object.text("key");
        if (!key) return key.error();
        if (key->empty()) return nodeError(node, "key is empty", "U10");
        node.key = std::move(key).value();
    }
    if (object.find("title")) {
        Result<std::string> title = object.text("title");
        if (!title) return title.error();
        node.title = std::move(title).value();
    }
    if (const Json* parameters = object.find("parameters"))
        VITRINE_TRY(readParameters(node, *parameters));
    if (const Json* wired = object.find("wired")) VITRINE_TRY(readWired(node, *wired));
    if (const Json* again = object.find("recompute")) {
        if (!again->is_boolean())
            return nodeError(node, "recompute is neither true nor false", "P11");
        node.isMadeAgain = again->get<bool>();
    }
    if (const Json* position = object.find("position")) VITRINE_TRY(readPosition(node, *position));
    return object.finish();
}

/// A node of an operator that this program knows. What another program noted of its ports, which
/// did not, is known here.
Result<Node> readKnown(std::string id, std::string_view op, JsonObject& object) {
    Result<Node> node = makeNode(std::move(id), op);
    if (!node) return node;
    object.find("ports");
    if (const Json* fields = object.find("fields")) VITRINE_TRY(readFields(*node, *fields));
    return node;
}

Result<Node> readNode(const Json& value, size_t index, PlaceholderReader& placeholders) {
    Result<JsonObject> object = JsonObject::of(value, fmt::format("graph.nodes[{}]", index));
    if (!object) return object.error();
    Result<std::string> id = object->text("id"), op = object->text("op");
    if (!id) return id.error();
    if (!op) return op.error();
    Result<Node> node = findNodeOperator(*op)
                            ? readKnown(std::move(id).value(), *op, *object)
                            : placeholders.read(std::move(id).value(), *op, *object);
    if (node) VITRINE_TRY(readNodeRest(*object, *node));
    return node;
}

Result<PortRef> readPort(JsonObject& object, std::string_view key) {
    const Result<std::string> text = object.text(key);
    if (!text) return text.error();
    const size_t dot = text->find('.');
    if (dot != std::string::npos) return PortRef{text->substr(0, dot), text->substr(dot + 1)};
    return trouble("P10", fmt::format("'{}' is '{}', wanted 'node.port'", object.pathOf(key),
                                      printable(*text, 60)));
}

Result<Edge> readEdge(const Json& value, size_t index) {
    Result<JsonObject> object = JsonObject::of(value, fmt::format("graph.edges[{}]", index));
    if (!object) return object.error();
    Result<PortRef> from = readPort(*object, "from"), to = readPort(*object, "to");
    if (!from) return from.error();
    if (!to) return to.error();
    VITRINE_TRY(object->finish());
    return Edge{std::move(from).value(), std::move(to).value()};
}

/// Every entry of a list, read by one function; none where it may be left out and is not there.
template <class T, class Read>
Result<std::vector<T>> readList(JsonObject& section, std::string_view key, Read readEntry,
                                bool isOptional = false) {
    if (isOptional && !section.find(key)) return std::vector<T>{};
    const Result<const Json*> list = section.need(key);
    if (!list) return list.error();
    if (!(*list)->is_array())
        return trouble("P01", fmt::format("'{}' is no list", section.pathOf(key)));
    std::vector<T> entries;
    for (const Json& value : **list) {
        Result<T> entry = readEntry(value, entries.size());
        if (!entry) return entry.error();
        entries.push_back(std::move(entry).value());
    }
    return entries;
}

/// A canvas coordinate; whole ones without a point.
Json coordinate(double value) {
    return std::trunc(value) == value ? Json(static_cast<int64_t>(value)) : Json(value);
}

}  // namespace

Result<Graph> graphFromJson(const Json& value) {
    Result<JsonObject> section = JsonObject::of(value, "graph");
    if (!section) return section.error();
    // Edges and entries come first: they name the ports of nodes whose operators are not known.
    Result<std::vector<Edge>> edges = readList<Edge>(*section, "edges", readEdge);
    Result<std::vector<Parameter>> parameters =
        readList<Parameter>(*section, "parameters", parameterFromJson, true);
    PlaceholderReader placeholders(
        edges ? std::span<const Edge>(*edges) : std::span<const Edge>(),
        parameters ? std::span<const Parameter>(*parameters) : std::span<const Parameter>());
    Result<std::vector<Node>> nodes = readList<Node>(
        *section, "nodes",
        [&](const Json& entry, size_t index) { return readNode(entry, index, placeholders); });
    if (!nodes) return nodes.error();
    if (!edges) return edges.error();
    if (!parameters) return parameters.error();
    VITRINE_TRY(section->finish());
    return Graph::fromParts(std::move(nodes).value(), std::move(edges).value(),
                            std::move(parameters).value());
}

std::vector<std::string> unplacedNodes(const Json& section) {
    std::vector<std::string> ids;
    for (const Json& node : section.at("nodes"))
        if (!node.contains("position")) ids.push_back(node.at("id").get<std::string>());
    return ids;
}

Json nodeToJson(const Node& node) {
    Json json = {{"id", node.id}, {"op", std::string(node.op->id)}};
    if (!node.key.empty() && node.key != node.id) json["key"] = node.key;
    if (!node.title.empty()) json["title"] = node.title;
    if (isPlaceholder(node)) {
        if (partsOf(node).namesFields) json["fields"] = placeholderFields(node);
    } else if (!node.op->fields.empty()) {
        json["fields"] = attrsToJson(node.attrs);
    }
    for (const auto& [port, parameter] : node.parameters) json["parameters"][port] = parameter;
    if (!node.wired.empty()) json["wired"] = node.wired;
    if (node.isMadeAgain) json["recompute"] = true;
    json["position"] = {coordinate(node.position.x), coordinate(node.position.y)};
    return json;
}

std::vector<Json> nodesToJson(std::span<const Node> nodes, std::span<const Edge> edges,
                              std::span<const std::string> unplaced) {
    const std::set<std::string_view> withoutPlace(unplaced.begin(), unplaced.end());
    std::vector<Json> all;
    EdgePorts ports(edges);
    for (const Node& node : nodes) {
        Json json = nodeToJson(node);
        if (withoutPlace.contains(node.id)) json.erase("position");
        if (isPlaceholder(node)) {
            const PlaceholderParts& parts = partsOf(node);
            if (ports.of(node.id) != EdgePorts::Names{parts.inputs, parts.outputs})
                json["ports"] = placeholderPorts(node);
        }
        all.push_back(std::move(json));
    }
    return all;
}

std::vector<Json> parametersToJson(const Graph& graph, const std::string& projectFile) {
    std::vector<Json> all;
    for (const auto& [id, parameter] : graph.parameters())
        all.push_back(parameterToJson(parameter, projectFile));
    return all;
}

Json edgeToJson(const Edge& edge) { return {{"from", edge.from.text()}, {"to", edge.to.text()}}; }

}  // namespace vitrine
