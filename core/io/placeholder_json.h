// SPDX-License-Identifier: Apache-2.0
// Nodes of operators that this program does not know, from files and back. Which ports they have,
// the file's edges and entries tell.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/placeholder.h"
#include "core/io/json_fields.h"

namespace vitrine {

/// The names that edges give to the ports of nodes, in the order of the edges. The edges must
/// outlive it.
class EdgePorts {
  public:
    struct Names {
        std::vector<std::string> inputs, outputs;
        bool operator==(const Names&) const = default;
    };
    explicit EdgePorts(std::span<const Edge> edges) : m_edges(edges) {}
    /// The first call walks all edges once. Names after the first `mostPlaceholderPorts + 1` of a
    /// side are left out: that is more than is taken.
    const Names& of(std::string_view node);

  private:
    std::span<const Edge> m_edges;
    bool m_isRead = false;
    std::map<std::string_view, Names> m_names;
};

/// Makes the placeholders of one file.
class PlaceholderReader {
  public:
    /// Different operators, ports or fields that one file may have. A file of this program's own
    /// time has none.
    static constexpr size_t mostOfFile = 256;

    /// `entries`: of the file; those that are called after a placeholder are its own. Both lists
    /// must outlive it.
    PlaceholderReader(std::span<const Edge> edges, std::span<const Parameter> entries);
    /// With its fields; what else stands in the node's object is read as for every other node.
    /// Errors: "P10", "P11", "U10", with the node.
    Result<Node> read(std::string id, const std::string& op, JsonObject& object);

  private:
    Result<PlaceholderParts> partsOf(const std::string& id, const std::string& op,
                                     JsonObject& object);
    EdgePorts m_ports;
    std::multimap<std::string_view, std::string_view> m_own;  ///< node → port of an entry
    std::set<const PlaceholderOp*> m_made;
};

/// Of a placeholder, the values as they stood in the file.
Json placeholderFields(const Node& placeholder);
/// `{"inputs": […], "outputs": […]}`: all its ports, whether edges name them or not.
Json placeholderPorts(const Node& placeholder);

}  // namespace vitrine
