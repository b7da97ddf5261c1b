// SPDX-License-Identifier: GPL-3.0-or-later
// What a new node is wired to without being told, and which operators fit a port. Needs no window.
#pragma once

#include <QStringList>

#include <optional>
#include <span>
#include <vector>

#include "core/graph/graph.h"

namespace vitrine::gui {

/// One end of an edge that is being made.
struct PortEnd {
    PortRef port;
    bool isInput = false;
};

/// Edges for `node` (in the graph, unconnected) next to `beside` (may be empty): the output of
/// `beside` to its first input, or its output to the first free input of `beside`; class labels
/// come from the only target. Only what fits; `refused` is why nothing goes between the two.
std::vector<Edge> suggestedEdges(const Graph& graph, const std::string& node,
                                 const std::string& beside,
                                 std::optional<Error>* refused = nullptr);

/// The edge between a port and the first port of `node` that fits. Errors: of the port that comes
/// nearest to fitting.
Result<Edge> edgeBetween(const Graph& graph, const PortEnd& end, const std::string& node);

/// Ids of all operators that have a port for this one with their default fields.
QStringList operatorsFitting(const Graph& graph, const PortEnd& end);

}  // namespace vitrine::gui
