// SPDX-License-Identifier: Apache-2.0
// LiveShapes: a shape report that follows a graph from edit to edit. What an edit does not reach is
// not worked out again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/graph/edit.h"
#include "core/graph/shapes.h"

namespace vitrine {

class ShapePass;

class LiveShapes {
  public:
    const ShapeReport& report() const { return m_report; }
    /// Of the same graph.
    const Wiring& wiring() const { return m_wiring; }

    void reset(const Graph& graph);
    /// The graph as it is after a transaction that touched this much. Gives the ids of nodes whose
    /// shapes or errors may be others now.
    std::vector<std::string> follow(const Graph& graph, const Touched& touched);

  private:
    /// The report is worked out for two batches: that tells what in a sentence follows the batch.
    struct Twin {
        ShapeOptions options;
        std::vector<NodeShapes> nodes;
        /// What was known of nodes that are unknown now: mostly it is what comes back, when the
        /// edge is drawn again that was cut.
        std::vector<NodeShapes> earlier;
        std::map<int, Error> errors;  ///< by position
    };

    bool followPositions(const Graph& graph);
    bool visit(ShapePass& pass, Twin& twin, int index);
    bool followOne(ShapePass& pass, Twin& twin, int index);
    bool isAsEarlier(const Twin& twin, int index) const;
    bool isFedByUnknown(const Twin& twin, int index) const;
    void noteOther(int index);
    void writeReport();

    Twin m_first, m_second;  ///< the first one's nodes stand in the report between two calls
    ShapeReport m_report;
    Wiring m_wiring;
    std::vector<std::string> m_ids;  ///< by position
    bool m_shares = false;           ///< of parameters: then everything may hang together
};

}  // namespace vitrine
