// SPDX-License-Identifier: Apache-2.0
// Text of a part of a network: the graph section of a project with a mark of its own.
#include "core/session/fragment.h"

#include "core/io/graph_json.h"
#include "core/io/parameter_file.h"

namespace vitrine {

namespace {

constexpr const char* formatName = "vitrine-nodes";

Error foreign() { return {"P01", "the text holds no nodes of a network", {}, {}, {}}; }

}  // namespace

std::string fragmentText(const Graph& part) {
    std::vector<Node> nodes = part.nodes();
    for (Node& node : nodes) node.key.clear();  // a copy is a node of its own
    Json graph = {{"nodes", nodesToJson(nodes, part.edges())}, {"edges", Json::array()}};
    for (const Edge& edge : part.edges()) graph["edges"].push_back(edgeToJson(edge));
    if (!part.parameters().empty()) graph["parameters"] = parametersToJson(part, {});
    return Json{{"format", formatName}, {"graph", std::move(graph)}}.dump();
}

Result<Graph> fragmentFromText(std::string_view text) {
    const JsonLimits limits{.entries = {{"graph.nodes", Graph::maxNodes},
                                        {"graph.edges", Graph::maxEdges},
                                        {"graph.parameters", Graph::maxNodes}}};
    const Result<Json> json = readJson(text, limits);
    if (!json || !json->is_object()) return foreign();
    const auto format = json->find("format"), graph = json->find("graph");
    if (format == json->end() || *format != formatName || graph == json->end()) return foreign();
    auto part = graphFromJson(*graph);
    if (part) nameFiles(*part, {});
    return part;
}

}  // namespace vitrine
