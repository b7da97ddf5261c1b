// SPDX-License-Identifier: Apache-2.0
// Graph: the document's network. Nodes with fields, edges from port to port, and every change to
// them. A Graph is valid at any time: ids are unique, operators known, edges end at ports that are
// there, an input port has at most one edge, there is no cycle. Ports may still be unconnected and
// shapes may not fit: see shapes.h.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/field.h"
#include "core/base/result.h"
#include "core/graph/parameter.h"
#include "core/graph/topological_order.h"
#include "core/opdef/descriptor.h"

namespace vitrine {

/// Where a node stands on the canvas, in canvas units at 100 %.
struct Position {
    double x = 0, y = 0;
    bool operator==(const Position&) const = default;
};

struct Node {
    std::string id;  ///< what people call it; `Graph::rename` gives another
    /// Which node it is, whatever it is called. Start values, random streams and weights follow
    /// from it. Unique in a graph; empty until the node stands in one.
    std::string key = {};
    const OpDescriptor* op = nullptr;
    Attrs attrs;
    std::string title;  ///< for people; empty: the id
    Position position;
    /// Port → parameter id, where that is not the port's own `<node>.<port>`: shared weights, and
    /// ports of values that a parameter feeds instead of an edge.
    std::map<std::string, std::string, std::less<>> parameters;
    /// Ports of parameters that an edge feeds.
    std::set<std::string, std::less<>> wired = {};
    /// A step makes what it gives again in its backward phase instead of keeping it. Bits stay.
    bool isMadeAgain = false;

    /// Id of the parameter or statistic that a port uses.
    std::string parameterId(std::string_view port) const;
    /// The fields where floats are of that type: an element type that they name is that one too,
    /// if it is one of floats and the network is not of float32.
    Attrs attrsFor(DType floatType) const;
    /// `conv2d 'conv1'`, for messages.
    std::string text() const;
    bool operator==(const Node&) const = default;
};

/// A node with default fields. Errors: "P10" (unknown operator, with the nearest known one), "U10".
Result<Node> makeNode(std::string id, std::string_view op);

struct PortRef {
    std::string node, port;
    std::string text() const { return node + "." + port; }
    bool operator==(const PortRef&) const = default;
};

struct Edge {
    PortRef from, to;
    bool operator==(const Edge&) const = default;
};

/// An Error with code "P10" (unless another is given) about a node.
Error nodeError(const Node& node, std::string_view message, std::string code = "P10");

/// A plain value. Order of nodes and edges is part of it: states stand in the order of nodes.
/// Every change either succeeds or leaves the graph as it was. Errors: "P10" with the node unless
/// said otherwise; `edit.h` turns changes into values that can be undone.
///
/// A node without a key gets one when it comes: its id, or that with `_2`, `_3`, … behind it where
/// another node has that key.
class Graph {
  public:
    static constexpr size_t maxNodes = 100'000, maxEdges = 1'000'000;
    static constexpr double farthestPosition = 1e7;

    Graph() = default;
    /// The graph of a file, checked at once. Keys that are given come before those that are made.
    static Result<Graph> fromParts(std::vector<Node> nodes, std::vector<Edge> edges,
                                   std::vector<Parameter> parameters = {});

    const std::vector<Node>& nodes() const { return m_nodes; }
    const std::vector<Edge>& edges() const { return m_edges; }
    const Node* find(std::string_view id) const;
    const Node* findByKey(std::string_view key) const;
    /// Those that have an entry, by id.
    using Parameters = std::map<std::string, Parameter, std::less<>>;
    const Parameters& parameters() const { return m_parameters; }
    /// Null where it has no entry: as its port wants it.
    const Parameter* findParameter(std::string_view id) const;
    /// Ids of the entries that are a node's own and that no other node uses: they go with it.
    std::vector<std::string> ownedBy(std::string_view node) const;
    /// What stays of a parameter's id when nodes are renamed: the owner's key stands for its id. A
    /// parameter that no node owns is its own key, with `@` in front where that is a node's.
    std::string parameterKey(std::string_view parameter) const;
    /// Position in nodes(), or -1.
    int indexOf(std::string_view id) const;
    /// The edge that ends at an input port, or null.
    const Edge* edgeInto(const PortRef& port) const;
    /// Positions in edges() of all edges that begin or end at a node, ascending.
    std::vector<size_t> edgesOf(std::string_view node) const;
    /// Ids of the nodes that a step makes again.
    std::vector<std::string> madeAgain() const;

    /// Errors: "P10" where its id or its key is taken.
    Result<void> insertNode(Node node, size_t index);
    /// Only for a node without edges.
    Result<void> eraseNode(std::string_view id);
    Result<void> insertEdge(Edge edge, size_t index);
    Result<void> eraseEdge(const Edge& edge);
    /// Errors: "P11" as Attrs::set; "P10" where it would take away a connected port.
    Result<void> setField(std::string_view node, std::string_view field, FieldValue value);
    /// What feeds a port: that parameter; or, by wire, an edge; or, where neither is said, the
    /// usual: a port of values takes an edge, one of parameters the node's own. Errors: "P10" (what
    /// is connected must go first), "U10".
    Result<void> setFeed(std::string_view node, std::string_view port, std::string parameter,
                         bool byWire = false);
    /// Gives a parameter an entry, or takes it away. Errors: those of checkParameter; "P10" where
    /// there is none to take away.
    Result<void> putParameter(const std::string& id, std::optional<Parameter> parameter);
    /// Edges and references to the node's parameters follow; its key stays. Errors: "P10" (taken),
    /// "U10".
    Result<void> rename(std::string_view from, std::string_view to);
    Result<void> setTitle(std::string_view node, std::string title);
    Result<void> setMadeAgain(std::string_view node, bool isMadeAgain);
    Result<void> setPosition(std::string_view node, Position position);

    bool operator==(const Graph& other) const {
        return m_nodes == other.m_nodes && m_edges == other.m_edges &&
               m_parameters == other.m_parameters;
    }

  private:
    Result<int> place(std::string_view node) const;
    Result<void> checkNode(const Node& node) const;
    /// Takes note of the node's key, which it makes where there is none.
    Result<void> enterKey(Node& node);
    std::string portTakenAway(const Node& changed) const;
    Result<void> checkFeeds(const Node& node) const;
    Result<void> checkGiven(const Node& changed, std::string_view field) const;
    /// Both ports are there and take to each other. Says nothing of other edges.
    Result<void> checkEdge(const Edge& edge) const;
    Node& at(int index) { return m_nodes[static_cast<size_t>(index)]; }
    int vertexOf(std::string_view node) const;
    Error cycleError(const std::vector<int>& nodeIndices) const;

    std::vector<Node> m_nodes;
    std::vector<Edge> m_edges;
    Parameters m_parameters;
    std::map<std::string, int, std::less<>> m_places;        ///< node id → position in m_nodes
    std::map<std::string, std::string, std::less<>> m_keys;  ///< node key → id
    std::vector<int> m_vertices;                             ///< of each node, in m_order
    TopologicalOrder m_order;
};

}  // namespace vitrine
