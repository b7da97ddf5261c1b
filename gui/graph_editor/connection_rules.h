// SPDX-License-Identifier: GPL-3.0-or-later
// ConnectionRules: may this output go to that input, why not, and what comes of it. Tries on a copy
// of the graph; needs no window.
#pragma once

#include <QString>

#include <optional>
#include <vector>

#include "core/graph/graph.h"

namespace vitrine::gui {

class ConnectionRules {
  public:
    explicit ConnectionRules(Graph graph) : m_graph(std::move(graph)) {}
    const Graph& graph() const { return m_graph; }

    /// Port kinds and cycles only: quick enough to ask for every port when a drag begins. An input
    /// that is taken is no obstacle, its edge would be replaced.
    std::optional<Error> refusal(const Edge& edge);
    /// With shapes. Gives the shape that the edge's node would put out (`N × 6 × 28 × 28`; empty
    /// where it is not known yet). Errors: those of `refusal`; "shape" where the node that the edge
    /// ends at does not take such a value.
    Result<QString> attempt(const Edge& edge);

    /// Only the shape is in the way: the edge can be made, and the node mended afterwards.
    static bool canBeForced(const Error& error) { return error.code == "shape"; }

  private:
    Graph m_graph;
};

/// A new error of code "shape" at one of these nodes, if `after` has one that `before` had not.
std::optional<Error> newShapeError(const Graph& before, const Graph& after,
                                   const std::vector<std::string>& nodes);

}  // namespace vitrine::gui
