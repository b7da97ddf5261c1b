// SPDX-License-Identifier: Apache-2.0
// Lowering: what comes in, states, then one operator after the other.
#include "core/graph/lower.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/graph/ports.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "core/opdef/builder.h"

namespace vitrine {

namespace {

/// Inputs that whoever runs a program fills by their names.
constexpr std::array<std::string_view, 3> ownInputs{"lr", "step", "rng_key"};

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
        VITRINE_TRY(checkBatch());
        m_program.batch = m_options.batch;
        m_values.resize(m_graph.nodes().size());
        for (int index : m_roles.inputs)
            if (!isLeftOut(index)) VITRINE_TRY(addInput(index));
        addStates();
        for (int index : m_wiring.order)
            if (!isLeftOut(index)) append(index);
        keepFixedStates();
        for (const OutputRole& output : m_roles.outputs)
            m_builder.addOutput("output:" + output.name, valueAt(output.source));
        if (m_options.withLoss) VITRINE_TRY(addLosses());
        return std::move(m_program);
    }

  private:
    const Node& nodeAt(int index) const { return m_graph.nodes()[static_cast<size_t>(index)]; }
    std::vector<ValueId>& valuesAt(int index) { return m_values[static_cast<size_t>(index)]; }
    ValueId valueAt(const Source& source) {
        return valuesAt(source.node)[static_cast<size_t>(source.port)];
    }
    bool isLeftOut(int index) const { return m_isLeftOut[static_cast<size_t>(index)]; }

    /// Without losses: what leads to no output.
    void findLeftOut() {
        m_isLeftOut.assign(m_graph.nodes().size(), false);
        if (m_options.withLoss) return;
        m_isLeftOut = neededForOutputs(m_graph, m_wiring);
        m_isLeftOut.flip();
    }

    /// What the builder appends next is the node's.
    void belongTo(const Node& node, Phase phase) {
        m_builder.setOrigins({node.id}, {node.key});
        m_builder.setName(node.id);
        m_builder.setPhase(phase);
    }

    Result<void> addInput(int index) {
        const Node& node = nodeAt(index);
        const ValueShape& type = m_shapes.nodes[static_cast<size_t>(index)].outputs.front();
        const auto known = std::ranges::find(m_options.columns, columnOf(node), &ColumnType::name);
        const DType stored =
            known == m_options.columns.end() ? takenType(node, m_options.floatType) : known->dtype;
        const bool isMade = stored != type.dtype;
        const bool isTaken = std::ranges::find(ownInputs, node.id) != ownInputs.end();
        const ValueId input = m_builder.addInput(isMade || isTaken ? node.id + ".stored" : node.id,
                                                 type.shape, stored);
        m_program.data.push_back({node.id, columnOf(node), input});
        belongTo(node, Phase::Forward);
        const Result<ValueId> value = isMade ? made(node, input, type.dtype) : input;
        if (!value) return value.error();
        valuesAt(index) = {*value};
        if (known != m_options.columns.end() && m_options.training && !known->shares.empty())
            addShares(index, known->shares);
        return {};
    }

    /// Shares of the classes that a target gives, where cross-entropy takes them in its place.
    void addShares(int index, const std::string& column) {
        const auto takesThem = [&](const LossRole& loss) {
            return loss.target.node == index && nodeAt(loss.node).op->id == "cross_entropy";
        };
        if (std::ranges::none_of(m_roles.losses, takesThem)) return;
        const Node& node = nodeAt(index);
        const Shape shape{m_options.batch, node.attrs.integer("classes")};
        const ValueId stored = m_builder.addInput(node.id + ".shares", shape, DType::F32);
        m_program.data.push_back({node.id, column, stored});
        belongTo(node, Phase::Forward);
        m_shares[index] = m_options.floatType == DType::F32
                              ? stored
                              : m_builder.emit("cast",
                                               m_builder.attrs("cast").with(
                                                   "to", std::string(name(m_options.floatType))),
                                               {stored});
    }

    /// Of what is stored the numbers that the network takes.
    Result<ValueId> made(const Node& node, ValueId stored, DType type) {
        const DType from = m_builder.dtype(stored);
        const std::string to(name(type));
        const Scaling scaling = scalingOf(node);
        if (!isFloat(type) && isFloat(from)) return noWholeNumbers(node, type, from);
        if (from != DType::U8 || scaling == Scaling::Raw)
            return m_builder.emit("cast", m_builder.attrs("cast").with("to", to), {stored});
        Attrs attrs = m_builder.attrs("normalize").with("to", to);
        if (scaling == Scaling::Normalised) {
            const auto& [mean, std] = m_options.normalisation;
            const Shape& shape = m_program.value(stored).shape;
            const int64_t channels = shape.rank() > 1 ? shape[1] : 1;
            for (const PerChannel* numbers : {&mean, &std})
                if (!numbers->fits(channels))
                    return wrongChannels(node, numbers == &mean ? "mean" : "std", *numbers,
                                         channels);
            attrs.with("mean", mean.text()).with("std", std.text());
        }
        return m_builder.emit("normalize", attrs, {stored});
    }

    static Error wrongChannels(const Node& node, std::string_view what, const PerChannel& numbers,
                               int64_t channels) {
        Error error =
            nodeError(node,
                      fmt::format("its images have {}, and the data's {} has {} numbers",
                                  countOf(channels, "channel"), what, numbers.numbers().size()),
                      "U20");
        error.place.field = what;
        error.next = "Give one number, or one for each channel.";
        return error;
    }

    static Error noWholeNumbers(const Node& node, DType type, DType from) {
        const bool isTarget = isClassInput(node);
        Error error = nodeError(
            node,
            fmt::format("it takes {}, and the data's column '{}' holds {}",
                        isTarget ? "class numbers" : name(type), columnOf(node), name(from)),
            "U05");
        error.place.field = "column";
        error.next = isTarget ? "Choose a column of classes, or use an input for numbers."
                              : "Choose a column of whole numbers, or give the input another type.";
        return error;
    }

    /// Where no input has a batch on top, the numbers of one are all that there is.
    Result<void> checkBatch() const {
        bool isOne = m_options.batch != 1;
        for (const int index : m_roles.inputs)
            isOne = isOne && (isLeftOut(index) || !isBatched(nodeAt(index)));
        if (!isOne || m_roles.inputs.empty()) return {};
        const Node& node = nodeAt(m_roles.inputs.front());
        Error error = nodeError(node,
                                fmt::format("no input of the network is batched, so that it "
                                            "computes one example at a time, not {}",
                                            m_options.batch),
                                "shape");
        error.place.field = "batched";
        error.next = "Take a batch of 1, or let the batch come on top of an input's shape.";
        return error;
    }

    void addStates() {
        for (size_t i = 0; i < m_graph.nodes().size(); ++i) {
            for (const NodeParameter& parameter : m_shapes.nodes[i].parameters) {
                const std::string& id = parameter.id;
                if (m_states.contains(id)) continue;
                const Parameter* object = m_graph.findParameter(id);
                m_states[id] = m_builder.addState(
                    id, stateKind(parameter.kind), parameter.type.shape, parameter.type.dtype,
                    parameter.init, m_whole.parameterKey(id), object ? object->data : nullptr);
            }
        }
    }

    static StateKind stateKind(ParameterKind kind) {
        switch (kind) {
            case ParameterKind::Trained:
                return StateKind::Parameter;
            case ParameterKind::Frozen:
                return StateKind::Frozen;
            case ParameterKind::Statistic:
                return StateKind::Statistic;
            case ParameterKind::Constant:
                return StateKind::Constant;
        }
        return StateKind::Constant;
    }

    /// An operator updates its statistics, whatever the document makes of them.
    void keepFixedStates() {
        for (StateBinding& state : m_program.states)
            if (isFixed(state.kind)) state.out = noValue;
    }

    void append(int index) {
        const Node& node = nodeAt(index);
        if (isInput(node) || node.op->kind == NodeKind::Output) return;
        std::vector<ValueId> operands;
        for (const NodeOperand& operand :
             operandsOf(node, m_wiring.sources[static_cast<size_t>(index)]))
            operands.push_back(!operand.isThere        ? noValue
                               : operand.comesOverEdge ? valueAt(operand.source)
                                                       : m_states.at(node.parameterId(nameOf(
                                                             node.op->inputs, operand.place))));
        belongTo(node, isLoss(node) ? Phase::Loss : Phase::Forward);
        if (const ValueId shares = sharesFor(index); shares != noValue) {
            const double smoothing = node.attrs.real("label_smoothing");
            valuesAt(index) = m_builder.emitAll(
                "soft_cross_entropy",
                m_builder.attrs("soft_cross_entropy").with("label_smoothing", smoothing),
                std::array{operands.front(), shares});
            return;
        }
        if (m_options.keepsWhole && appendWhole(index, operands)) return;
        valuesAt(index) =
            m_builder.emitAll(node.op->id, node.attrsFor(m_options.floatType), operands);
    }

    bool appendWhole(int index, const std::vector<ValueId>& operands) {
        const Node& node = nodeAt(index);
        const std::vector<ValueShape>& results = m_shapes.nodes[static_cast<size_t>(index)].outputs;
        Instr instr;
        instr.op = node.op;
        instr.attrs = node.attrsFor(m_options.floatType);
        instr.in = operands;
        instr.origins = {node.id};
        std::vector<ValueShape> types;
        for (const ValueId operand : operands) types.push_back(m_program.shapeOf(operand));
        if (!m_options.keepsWhole({instr, types, results})) return false;
        for (size_t k = 0; k < results.size(); ++k) {
            const std::string name =
                k == 0 ? node.id
                       : node.id + "." +
                             nameOf(node.op->outputs, placeOf(node.op->outputs, results.size(), k));
            instr.out.push_back(static_cast<ValueId>(m_program.values.size()));
            m_program.values.push_back({results[k].shape, results[k].dtype, name,
                                        static_cast<int>(m_program.instrs.size())});
        }
        valuesAt(index) = instr.out;
        m_program.instrs.push_back(std::move(instr));
        return true;
    }

    /// What a loss compares with in place of class numbers; noValue: with them.
    ValueId sharesFor(int index) const {
        if (nodeAt(index).op->id != "cross_entropy") return noValue;
        const auto role = std::ranges::find(m_roles.losses, index, &LossRole::node);
        if (role == m_roles.losses.end()) return noValue;
        const auto found = m_shares.find(role->target.node);
        return found == m_shares.end() ? noValue : found->second;
    }

    Result<void> addLosses() {
        ValueId sum = noValue;
        for (const LossRole& loss : m_roles.losses) {
            const Node& node = nodeAt(loss.node);
            const ValueId value = valuesAt(loss.node).front();
            if (m_roles.losses.size() > 1) m_builder.addOutput("loss:" + node.id, value);
            if (!m_options.training) {
                m_builder.addOutput("prediction:" + node.id, valueAt(loss.prediction));
                m_builder.addOutput("target:" + node.id, valueAt(loss.target));
            }
            if (loss.weight == 0) continue;
            belongTo(node, Phase::Loss);
            const ValueId part = loss.weight == 1 ? value : m_builder.scale(value, loss.weight);
            sum = sum == noValue ? part : m_builder.add(sum, part);
        }
        if (sum == noValue) return noWeight();
        m_builder.addOutput("loss", sum);
        return {};
    }

    Error noWeight() const {
        Error error = nodeError(nodeAt(m_roles.losses.front().node),
                                "no loss has a weight, so that there is nothing to be made small");
        error.place.field = "weight";
        error.next = "Give one of them a weight above 0.";
        return error;
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
    std::map<int, ValueId> m_shares;             ///< by target
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
