// SPDX-License-Identifier: Apache-2.0
// What training and inference see of a graph: strays are told of and left out.
#pragma once

#include <optional>
#include <vector>

#include "core/graph/graph.h"
#include "core/graph/shapes.h"
#include "core/graph/wiring.h"

namespace vitrine {

/// A stray is a node that no wanted loss needs and that could not be computed anyhow. Exactly:
///
/// * A loss is *wanted* if an `input` leads to it. What leads to a wanted loss is *needed*, and so
///   is what leads to an `output` beside one.
/// * Where no loss is wanted yet, a node is needed if edges in any direction connect it with an
///   `input` or a loss. Without an input, all nodes are.
/// * Of the other nodes, strays are those whose shapes are not known (a required port is open, or
///   shapes do not fit), inputs and targets where a wanted loss
///   has others, and all that strays
///   feed.
///
/// So a needed node that is incomplete is an error still, and a complete node that the loss does
/// not need is computed as ever (and U16 of setup_check.h tells of it). Strays feed nothing but
/// strays, so that the rest is the graph that it would be had they never been drawn.
/// Gives, for each node: is it one?
std::vector<bool> straysOf(const Graph& graph, const Wiring& wiring, const ShapeReport& shapes);

/// What the sums over a network count, for each node: where a loss is wanted, the nodes that lead
/// to a wanted one; else all but strays. The others are told of by U16 too.
std::vector<bool> countedNodes(const Graph& graph, const Wiring& wiring, const ShapeReport& shapes);

/// One "U16" for each stray that is not merely behind another: which it is and why, what it means
/// and what to do.
std::vector<Error> strayWarnings(const Graph& graph, const Wiring& wiring,
                                 const ShapeReport& shapes);

/// A graph without its strays, with wiring and shapes: the graph itself where it has none. Refers
/// to the graph, which must outlive it.
class TrainedPart {
  public:
    explicit TrainedPart(const Graph& graph, const ShapeOptions& options = {});

    const Graph& graph() const { return m_rest ? *m_rest : m_graph; }
    /// With its strays.
    const Graph& whole() const { return m_graph; }
    const Wiring& wiring() const { return m_wiring; }
    const ShapeReport& shapes() const { return m_shapes; }
    const std::vector<Error>& warnings() const { return m_warnings; }

  private:
    const Graph& m_graph;
    std::optional<Graph> m_rest;
    Wiring m_wiring;
    ShapeReport m_shapes;
    std::vector<Error> m_warnings;
};

}  // namespace vitrine
