// SPDX-License-Identifier: Apache-2.0
// What a node of an unknown operator tells of it, piece by piece.
#include "core/io/placeholder_json.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/graph/names.h"
#include "core/io/json_line.h"

namespace vitrine {

namespace {

void addName(std::vector<std::string>& names, const std::string& name) {
    if (names.size() <= mostPlaceholderPorts && std::ranges::find(names, name) == names.end())
        names.push_back(name);
}

Error about(std::string_view node, Error error) {
    error.message = fmt::format("node '{}': {}", node, error.message);
    error.place.node = node;
    return error;
}

Error wrongForm(std::string_view what, std::string_view wanted) {
    return {"P11", fmt::format("{} is not {}", what, wanted), {}, {}, {}};
}

/// Adds the names of a list.
Result<void> addNames(const Json& ports, const char* side, std::vector<std::string>& names) {
    const auto list = ports.find(side);
    if (list == ports.end()) return {};
    const Error wrong = wrongForm("ports", "{\"inputs\": [\"port\", …], \"outputs\": […]}");
    if (!list->is_array()) return wrong;
    for (const Json& name : *list) {
        if (!name.is_string()) return wrong;
        addName(names, name.get<std::string>());
    }
    return {};
}

Result<EdgePorts::Names> namesIn(const Json* ports) {
    EdgePorts::Names names;
    if (!ports) return names;
    Result<JsonObject> object = JsonObject::of(*ports, "ports");
    if (!object) return object.error();
    object->find("inputs");
    object->find("outputs");
    VITRINE_TRY(object->finish());
    VITRINE_TRY(addNames(*ports, "inputs", names.inputs));
    VITRINE_TRY(addNames(*ports, "outputs", names.outputs));
    return names;
}

FieldType typeOf(const FieldValue& value) {
    struct Of {
        FieldType operator()(int64_t) const { return FieldType::Int; }
        FieldType operator()(double) const { return FieldType::Real; }
        FieldType operator()(bool) const { return FieldType::Bool; }
        FieldType operator()(const std::string&) const { return FieldType::Text; }
        FieldType operator()(const std::vector<int64_t>&) const { return FieldType::IntList; }
    };
    return std::visit(Of{}, value);
}

/// The value of a field, or nothing where fields have none that is written like it.
std::optional<FieldValue> plainValue(const Json& value) {
    Result<FieldValue> plain = fieldFromJson(value);
    if (!plain || jsonLine(fieldToJson(*plain)) != jsonLine(value)) return std::nullopt;
    return std::move(plain).value();
}

Result<void> addFields(const Json& fields, PlaceholderParts& parts) {
    if (!fields.is_object()) return wrongForm("fields", "{\"field\": value, …}");
    parts.namesFields = true;
    for (const auto& [id, value] : fields.items()) {
        const std::optional<FieldValue> plain = plainValue(value);
        parts.fields.push_back({id, plain ? typeOf(*plain) : FieldType::Text, !plain});
    }
    return {};
}

/// Ports whose parameters the node shares with others.
void addParameters(JsonObject& object, PlaceholderParts& parts) {
    if (const Json* shared = object.find("parameters"); shared && shared->is_object())
        for (const auto& [port, parameter] : shared->items()) addName(parts.parameters, port);
}

/// Those that an edge feeds instead.
std::set<std::string> wiredIn(JsonObject& object) {
    std::set<std::string> ports;
    if (const Json* wired = object.find("wired"); wired && wired->is_array())
        for (const Json& port : *wired)
            if (port.is_string()) ports.insert(port.get<std::string>());
    return ports;
}

}  // namespace

const EdgePorts::Names& EdgePorts::of(std::string_view node) {
    if (!m_isRead)
        for (const Edge& edge : m_edges) {
            addName(m_names[edge.to.node].inputs, edge.to.port);
            addName(m_names[edge.from.node].outputs, edge.from.port);
        }
    m_isRead = true;
    return m_names[node];
}

PlaceholderReader::PlaceholderReader(std::span<const Edge> edges,
                                     std::span<const Parameter> entries)
    : m_ports(edges) {
    for (const Parameter& entry : entries) {
        const std::string_view id = entry.id;
        const size_t dot = id.find('.');
        if (dot != id.npos) m_own.emplace(id.substr(0, dot), id.substr(dot + 1));
    }
}

Result<PlaceholderParts> PlaceholderReader::partsOf(const std::string& id, const std::string& op,
                                                    JsonObject& object) {
    Result<EdgePorts::Names> names = namesIn(object.find("ports"));
    if (!names) return names.error();
    const EdgePorts::Names& ofEdges = m_ports.of(id);
    const std::set<std::string> wired = wiredIn(object);
    for (const std::string& port : ofEdges.inputs)
        if (!wired.contains(port)) addName(names->inputs, port);
    for (const std::string& port : ofEdges.outputs) addName(names->outputs, port);
    PlaceholderParts parts;
    parts.op = op;
    parts.inputs = std::move(names->inputs);
    parts.outputs = std::move(names->outputs);
    if (const Json* fields = object.find("fields")) VITRINE_TRY(addFields(*fields, parts));
    addParameters(object, parts);
    for (const std::string& port : wired) addName(parts.parameters, port);
    const auto [first, last] = m_own.equal_range(id);
    for (const auto& [node, port] : std::ranges::subrange(first, last))
        if (std::ranges::find(parts.inputs, port) == parts.inputs.end())
            addName(parts.parameters, std::string(port));
    return parts;
}

Result<Node> PlaceholderReader::read(std::string id, const std::string& op, JsonObject& object) {
    VITRINE_TRY(checkNodeId(id));
    if (!isPlaceholderWord(op)) return makeNode(std::move(id), op);  // says what is wrong
    auto parts = partsOf(id, op, object);
    if (!parts) return about(id, parts.error());
    const auto made = placeholderOp(std::move(parts).value());
    if (!made) return about(id, made.error());
    m_made.insert(*made);
    if (m_made.size() > mostOfFile)
        return about(id, {"P10",
                          fmt::format("the file has more than {} different operators that this "
                                      "program does not know",
                                      mostOfFile),
                          {},
                          {},
                          {}});
    Node node;
    node.op = *made;
    node.attrs = Attrs(node.op->fields);
    if (const Json* fields = object.find("fields"))
        for (const auto& [field, value] : fields->items())
            node.attrs.with(field, plainValue(value).value_or(jsonLine(value)));
    node.id = std::move(id);
    return node;
}

Json placeholderFields(const Node& placeholder) {
    Json object = Json::object();
    const PlaceholderParts& parts = partsOf(placeholder);
    for (size_t i = 0; i < parts.fields.size(); ++i) {
        const FieldValue& value = placeholder.attrs.values()[i];
        object[parts.fields[i].id] = parts.fields[i].isJson
                                         ? jsonFromText(std::get<std::string>(value))
                                         : fieldToJson(value);
    }
    return object;
}

Json placeholderPorts(const Node& placeholder) {
    const PlaceholderParts& parts = partsOf(placeholder);
    return {{"inputs", parts.inputs}, {"outputs", parts.outputs}};
}

}  // namespace vitrine
