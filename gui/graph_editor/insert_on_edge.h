// SPDX-License-Identifier: GPL-3.0-or-later
// Putting a node into an edge, and making room for it. Needs no window.
#pragma once

#include <QPointF>

#include <optional>

#include "core/graph/edit.h"

namespace vitrine::gui {

/// Splits `edge` by a node that is in the graph: source → node → old end. Uses the node's first
/// free data input and its first output. Errors: "P10" (no port of that kind; the node is one of
/// the edge's ends; a cycle), "shape" (the node or the edge's end would not take what comes).
Result<Transaction> insertionOf(const Graph& graph, const std::string& node, const Edge& edge);

/// Whether what an edge leads to stands lower than what feeds it; from the foot of one column to
/// the head of the next it goes up.
bool goesDown(const Graph& graph, const Edge& edge);

/// Takes what an edge leads to down to a row below `place`, where a node is put into that edge.
/// Nothing where it stands there already, or where the edge goes up.
Transaction roomInto(const Graph& graph, const Edge& edge, const QPointF& place);

/// The edge on which a chain goes on behind a node: from its first output to the consumer that
/// stands most nearly straight below it, the upper one of two. Other consumers, such as the far end
/// of a skip connection, keep what they are fed by. Nothing where nobody takes that output.
std::optional<Edge> edgeOnwards(const Graph& graph, const std::string& node);

}  // namespace vitrine::gui
