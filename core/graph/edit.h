// SPDX-License-Identifier: Apache-2.0
// Changes to a Graph as values: applying one gives the one that takes it back. An undo list is a
// list of these.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "core/graph/graph.h"

namespace vitrine {

namespace edit {

inline constexpr size_t atEnd = static_cast<size_t>(-1);

struct InsertNode {
    Node node;
    size_t index = atEnd;  ///< position in nodes()
};
struct EraseNode {
    std::string node;  ///< must have no edges; see removal()
};
struct InsertEdge {
    Edge edge;
    size_t index = atEnd;  ///< position in edges()
};
struct EraseEdge {
    Edge edge;
};
struct SetField {
    std::string node, field;
    FieldValue value;
};
/// What feeds a port: see Graph::setFeed.
struct SetFeed {
    std::string node, port;
    std::string parameter = {};  ///< empty: the usual, or an edge
    bool byWire = false;
};
struct PutParameter {
    std::string parameter;           ///< id
    std::optional<Parameter> entry;  ///< nothing: it goes
};
struct Rename {
    std::string from, to;
};
struct SetTitle {
    std::string node, title;
};
/// See Node::isMadeAgain.
struct SetMadeAgain {
    std::string node;
    bool isMadeAgain = false;
};
struct Move {
    std::string node;
    Position position;
};

}  // namespace edit

using Edit = std::variant<edit::InsertNode, edit::EraseNode, edit::InsertEdge, edit::EraseEdge,
                          edit::SetField, edit::SetFeed, edit::PutParameter, edit::Rename,
                          edit::SetTitle, edit::SetMadeAgain, edit::Move>;

/// Changes the graph and gives the inverse, or leaves it as it was. Errors as Graph's functions.
Result<Edit> perform(Graph& graph, const Edit& edit);

/// What one gesture does: all of it or nothing, and one entry of the undo list.
using Transaction = std::vector<Edit>;
/// Gives the inverse transaction. Errors: of the first edit that does not work.
Result<Transaction> perform(Graph& graph, const Transaction& transaction);

/// What a transaction reaches by itself.
struct Touched {
    /// Ids of nodes that came, went, or have something new; of edges that came or went both ends;
    /// of entries of parameters all that use them.
    std::set<std::string, std::less<>> nodes = {};
    bool changesMeaning = false;  ///< more than places and titles
    bool changesWiring = false;   ///< nodes or edges came or went
    bool isWhole = false;         ///< a name changed, which stands in many places
};
/// `graph`: as it is after it.
Touched touchedBy(const Graph& graph, const Transaction& transaction);

/// Takes away nodes with their edges and the entries of their own parameters. What others share of
/// them stays, with an entry. Ids of no node count for nothing.
Transaction removal(const Graph& graph, const std::set<std::string, std::less<>>& nodes);
/// Freezes what the nodes' ports of parameters and statistics use, or makes it again what is usual.
/// Constants stay.
Transaction freezing(const Graph& graph, const std::vector<std::string>& nodes, bool frozen);
/// Has a step make again what the nodes give, or keep it. Only what changes.
Transaction makingAgain(const Graph& graph, const std::vector<std::string>& nodes, bool isAgain);
/// Makes an edge, taking away another one that ends at the same port.
Transaction connection(const Graph& graph, const Edge& edge);

}  // namespace vitrine
