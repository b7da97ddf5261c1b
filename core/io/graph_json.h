// SPDX-License-Identifier: Apache-2.0
// The graph section of a project file.
#pragma once

#include <string>
#include <vector>

#include "core/graph/graph.h"
#include "core/io/json_reader.h"

namespace vitrine {

/// `{"nodes": […], "edges": […]}`. Errors: "P01" (not of that form), "P10", "P11", "U10", with node
/// and field.
Result<Graph> graphFromJson(const Json& section);
/// Ids of the nodes of a good section that have no position.
std::vector<std::string> unplacedNodes(const Json& section);

/// `{"id": …, "op": …, "key"?, "title"?, "fields"?, "parameters"?, "position"}`.
Json nodeToJson(const Node& node);
/// `{"from": "node.port", "to": "node.port"}`.
Json edgeToJson(const Edge& edge);

}  // namespace vitrine
