// SPDX-License-Identifier: GPL-3.0-or-later
// Putting a node into an edge, and making room for it. Needs no window.
#pragma once

#include <optional>

#include "core/graph/edit.h"

namespace vitrine::gui {

/// Splits `edge` by a node that is in the graph: source → node → old end. Uses the node's first
/// free data input and its first output. Errors: "P10" (no port of that kind; the node is one of
/// the edge's ends; a cycle), "shape" (the node or the edge's end would not take what comes).
Result<Transaction> insertionOf(const Graph& graph, const std::string& node, const Edge& edge);

/// Moves everything from `top` on downwards by `by`, but for `except`.
Transaction roomBelow(const Graph& graph, double top, double by, const std::string& except);

/// The edge on which a chain goes on behind a node: from its first output to the consumer that
/// stands most nearly straight below it, the upper one of two. Other consumers, such as the far end
/// of a skip connection, keep what they are fed by. Nothing where nobody takes that output.
std::optional<Edge> edgeOnwards(const Graph& graph, const std::string& node);

/// Where a node stands that is put into an edge: one row below what feeds it.
Position placeOn(const Graph& graph, const Edge& edge);

}  // namespace vitrine::gui
