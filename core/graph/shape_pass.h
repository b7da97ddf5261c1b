// SPDX-License-Identifier: Apache-2.0
// ShapePass: the shapes of one node after the other, each from those before it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/graph/shapes.h"

namespace vitrine {

/// All arguments must outlive it; `nodes` has one for each of the graph.
class ShapePass {
  public:
    ShapePass(const Graph& graph, const Wiring& wiring, const ShapeOptions& options,
              std::vector<NodeShapes>& nodes);

    /// Works out one node; those that feed it have been. It stays unknown where one of them is, and
    /// where it has an error: one that can be shown.
    Result<void> visit(int index);

  private:
    /// What a parameter id stands for, as the first node that uses it needs it.
    struct KnownParameter {
        ValueShape type;
        ParameterKind kind = ParameterKind::Trained;
        const Node* node = nullptr;
    };

    Result<NodeShapes> shapesAt(int index);
    ValueShape numbersOf(const Node& node) const;
    ValueShape labelsOf() const;
    Result<ValueShape> typeOfFed(const Node& node, const NodeOperand& operand, NodeShapes& shapes);
    Result<void> addParameters(const Node& node, const Attrs& attrs,
                               const std::vector<NodeOperand>& operands, NodeShapes& shapes);
    Result<void> addParameter(const Node& node, const ParamSpec& wanted, NodeShapes& shapes);
    Result<void> checkShared(const Node& node, const NodeParameter& parameter);
    Result<void> checkClasses(int index, const NodeShapes& shapes) const;
    const Node& nodeAt(int index) const { return m_graph.nodes()[static_cast<size_t>(index)]; }

    const Graph& m_graph;
    const Wiring& m_wiring;
    const ShapeOptions m_options;
    std::vector<NodeShapes>& m_nodes;
    bool m_hasObjects = false;  ///< some parameter is more than a node's own
    std::map<std::string, KnownParameter> m_parameters;
};

}  // namespace vitrine
