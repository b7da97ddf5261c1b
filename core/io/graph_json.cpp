// SPDX-License-Identifier: Apache-2.0
// Graphs as JSON: nodes and edges one by one, then the graph that checks them together.
#include "core/io/graph_json.h"

#include <cmath>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/io/json_fields.h"

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

/// What stands in a node's object beside its id and operator.
Result<void> readNodeRest(JsonObject& object, Node& node) {
    if (const Json* fields = object.find("fields"))
        if (const Result<void> set = setFields(node.attrs, *fields); !set) {
            Error error = nodeError(node, set.error().message, set.error().code);
            error.place.field = set.error().place.field;
            return error;
        }
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
    if (const Json* position = object.find("position")) VITRINE_TRY(readPosition(node, *position));
    return object.finish();
}

Result<Node> readNode(const Json& value, size_t index) {
    Result<JsonObject> object = JsonObject::of(value, fmt::format("graph.nodes[{}]", index));
    if (!object) return object.error();
    Result<std::string> id = object->text("id"), op = object->text("op");
    if (!id) return id.error();
    if (!op) return op.error();
    Result<Node> node = makeNode(std::move(id).value(), *op);
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

/// Every entry of a list, read by one function.
template <class T>
Result<std::vector<T>> readList(JsonObject& section, std::string_view key,
                                Result<T> (*readEntry)(const Json&, size_t)) {
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
    Result<std::vector<Node>> nodes = readList(*section, "nodes", readNode);
    if (!nodes) return nodes.error();
    Result<std::vector<Edge>> edges = readList(*section, "edges", readEdge);
    if (!edges) return edges.error();
    VITRINE_TRY(section->finish());
    return Graph::fromParts(std::move(nodes).value(), std::move(edges).value());
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
    if (!node.op->fields.empty()) json["fields"] = attrsToJson(node.attrs);
    for (const auto& [port, parameter] : node.parameters) json["parameters"][port] = parameter;
    json["position"] = {coordinate(node.position.x), coordinate(node.position.y)};
    return json;
}

Json edgeToJson(const Edge& edge) { return {{"from", edge.from.text()}, {"to", edge.to.text()}}; }

}  // namespace vitrine
