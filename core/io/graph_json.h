// SPDX-License-Identifier: Apache-2.0
// The graph section of a project file.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/graph/graph.h"
#include "core/io/json_reader.h"

namespace vitrine {

/// `{"nodes": […], "edges": […], "parameters"?: […]}`. Numbers of parameters that name a file are
/// not read: see readNumbersOfFiles. A node whose operator this program does not know is a
/// placeholder (placeholder.h). A node's `parameters` name entries, or what other nodes own
/// (`conv1.weight`); a name that is neither is no error here but the node's, told by the shape
/// pass. Errors: "P01" (not of that form), "P10", "P11", "U10", with node
/// and field.
Result<Graph> graphFromJson(const Json& section);
/// Ids of the nodes of a good section that have no position.
std::vector<std::string> unplacedNodes(const Json& section);

/// `{"id": …, "op": …, "key"?, "title"?, "fields"?, "parameters"?, "wired"?, "position"}`.
Json nodeToJson(const Node& node);
/// All of them, with `"ports"` where they are placeholders with others than the edges tell of, and
/// without positions where nobody has given them any.
std::vector<Json> nodesToJson(std::span<const Node> nodes, std::span<const Edge> edges,
                              std::span<const std::string> unplaced = {});
/// Entries of the graph's parameters, by id.
std::vector<Json> parametersToJson(const Graph& graph, const std::string& projectFile);
/// `{"from": "node.port", "to": "node.port"}`.
Json edgeToJson(const Edge& edge);

}  // namespace vitrine
