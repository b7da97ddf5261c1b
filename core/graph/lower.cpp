// SPDX-License-Identifier: Apache-2.0
// Lowering: roles of the special nodes, states, then one operator after the other.
#include "core/graph/lower.h"

#include <map>

#include <fmt/format.h>

#include "core/graph/ports.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "core/opdef/builder.h"

namespace vitrine {

namespace {

class Lowering {
  public:
    Lowering(const TrainedPart& part, const LowerOptions& options)
        : m_graph(part.graph()),
          m_whole(part.whole()),
          m_options(options),
          m_wiring(part.wiring()),
          m_shapes(part.shapes()),
          m_builder(m_program, {options.training, options.floatType}) {}

    Result<Program> run() {
        if (!m_shapes.ok()) return m_shapes.errors.front();
        const Result<Roles> roles = rolesOf(m_graph, m_wiring, m_options.withLoss);
        if (!roles) return roles.error();
        m_roles = *roles;
        findLeftOut();
        m_program.batch = m_options.batch;
        m_values.resize(m_graph.nodes().size());
        addInputs();
        addStates();
        for (int index : m_wiring.order)
            if (!m_isLeftOut[static_cast<size_t>(index)]) append(index);
        addOutputs();
        addMetrics();
        return std::move(m_program);
    }

  private:
    const Node& nodeAt(int index) const { return m_graph.nodes()[static_cast<size_t>(index)]; }
    std::vector<ValueId>& valuesAt(int index) { return m_values[static_cast<size_t>(index)]; }
    ValueId valueAt(const Source& source) {
        return valuesAt(source.node)[static_cast<size_t>(source.port)];
    }

    /// Without a loss, what a loss or the target feeds is left out too.
    void findLeftOut() {
        m_isLeftOut.resize(m_graph.nodes().size());
        for (int index : m_wiring.order) {
            const Node& node = nodeAt(index);
            bool leftOut = node.op == &targetNode || isLoss(node);
            for (const Source& source : m_wiring.sources[static_cast<size_t>(index)])
                if (source.isConnected() && m_isLeftOut[static_cast<size_t>(source.node)])
                    leftOut = true;
            m_isLeftOut[static_cast<size_t>(index)] = leftOut && !m_options.withLoss;
        }
    }

    void addInputs() {
        for (const auto& [index, name] :
             {std::pair(m_roles.input, "input"), {m_roles.target, "target"}}) {
            if (index < 0) continue;
            const ValueShape& type = m_shapes.nodes[static_cast<size_t>(index)].outputs.front();
            valuesAt(index) = {m_builder.addInput(name, type.shape, type.dtype)};
        }
    }

    void addStates() {
        for (size_t i = 0; i < m_graph.nodes().size(); ++i) {
            const Node& node = m_graph.nodes()[i];
            for (const ParamSpec& parameter : m_shapes.nodes[i].parameters) {
                const PortSpec& port = node.op->inputs[static_cast<size_t>(parameter.port)];
                const std::string id = node.parameterId(port.id);
                if (m_states.contains(id)) continue;
                const StateKind kind =
                    port.role == PortRole::Parameter ? StateKind::Parameter : StateKind::Statistic;
                m_states[id] = m_builder.addState(id, kind, parameter.shape, m_options.floatType,
                                                  parameter.init, m_whole.parameterKey(id));
            }
        }
    }

    void append(int index) {
        const Node& node = nodeAt(index);
        if (node.op == &inputNode || node.op == &targetNode) return;
        std::vector<ValueId> operands;
        for (const NodeOperand& operand :
             operandsOf(node, m_wiring.sources[static_cast<size_t>(index)]))
            operands.push_back(!operand.isThere ? noValue
                               : comesOverEdge(*operand.port)
                                   ? valueAt(operand.source)
                                   : m_states.at(node.parameterId(operand.port->id)));
        m_builder.setOrigins({node.id}, {node.key});
        m_builder.setName(node.id);
        m_builder.setPhase(index == m_roles.loss ? Phase::Loss : Phase::Forward);
        valuesAt(index) =
            m_builder.emitAll(node.op->id, node.attrsFor(m_options.floatType), operands);
    }

    void addOutputs() {
        m_builder.addOutput("logits", valueAt(m_roles.logits));
        if (m_roles.loss >= 0) m_builder.addOutput("loss", valuesAt(m_roles.loss).front());
    }

    void addMetrics() {
        const ValueId labels = m_roles.loss < 0 ? noValue : labelsOfLoss();
        if (labels == noValue) return;
        for (const MetricOutput& metric : m_options.metrics) {
            m_builder.setOrigins({nodeAt(m_roles.loss).id}, {nodeAt(m_roles.loss).key});
            m_builder.setName(metric.name);
            m_builder.setPhase(Phase::Metric);
            m_builder.addOutput(metric.name,
                                metric.build(m_builder, valueAt(m_roles.logits), labels));
        }
    }

    ValueId labelsOfLoss() {
        const NodeOperand* labels = nullptr;
        const std::vector<NodeOperand> operands =
            operandsOf(nodeAt(m_roles.loss), m_wiring.sources[static_cast<size_t>(m_roles.loss)]);
        for (const NodeOperand& operand : operands)
            if (!labels && takesLabels(*operand.port) && operand.source.isConnected())
                labels = &operand;
        return labels ? valueAt(labels->source) : noValue;
    }

    const Graph& m_graph;
    const Graph& m_whole;  ///< a stray may own a parameter that others share
    const LowerOptions& m_options;
    const Wiring& m_wiring;
    const ShapeReport& m_shapes;
    Roles m_roles;
    Program m_program;
    Builder m_builder;
    std::vector<bool> m_isLeftOut;               ///< for each node
    std::map<std::string, ValueId> m_states;     ///< by parameter id
    std::vector<std::vector<ValueId>> m_values;  ///< of each node's output ports
};

}  // namespace

Result<Program> lower(const Graph& graph, const LowerOptions& options) {
    return lower(TrainedPart(graph, {options.batch, options.floatType}), options);
}

Result<Program> lower(const TrainedPart& part, const LowerOptions& options) {
    return Lowering(part, options).run();
}

}  // namespace vitrine
