// SPDX-License-Identifier: Apache-2.0
// Reverse mode over the network with its loss; forward mode over both, for the Hessian.
#include "core/session/derivative_program.h"

#include <algorithm>
#include <array>

#include "core/autodiff/transform.h"
#include "core/opdef/builder.h"
#include "core/opdef/descriptor.h"
#include "core/opdef/registry.h"

namespace vitrine {

namespace {

/// `weighted_cross_entropy, focal`: as they are without a word more, losses that take both.
std::string lossesFor(std::span<const ValueShape> types) {
    std::string names;
    for (const OpDescriptor* op : allOperators()) {
        const bool isLoss = op->kind == NodeKind::Loss && op->inputs.size() == types.size();
        if (isLoss && inferResults(*op, Attrs(op->fields), types))
            names += (names.empty() ? "" : ", ") + std::string(op->id);
    }
    return names;
}

class Deriving {
  public:
    Deriving(const ForeignNetwork& network, const DerivativePlan& plan, Program program)
        : m_network(network),
          m_plan(plan),
          m_made{.program = std::move(program), .derived = {}},
          m_builder(m_made.program,
                    {.training = plan.lower.training, .floatType = plan.lower.floatType}) {}

    Result<DerivativeProgram> derive() {
        for (StateBinding& state : m_made.program.states) state.out = noValue;
        VITRINE_TRY(addLoss());
        findDerived();
        VITRINE_TRY(addGradients());
        if (m_plan.withProducts) VITRINE_TRY(addProducts());
        keepOutputs();
        return std::move(m_made);
    }

  private:
    Program& program() { return m_made.program; }

    Result<void> addLoss() {
        m_made.loss = program().output("loss");
        if (!m_plan.loss) return {};
        const OpDescriptor& op = *findOperator(m_plan.loss->id);
        const ValueId prediction = program().output(m_plan.output);
        m_made.prediction = prediction;
        const std::array types{program().shapeOf(prediction), m_plan.target};
        const auto fits = inferResults(op, m_plan.loss->attrs, types);
        if (!fits) {
            Error error = fits.error();
            error.message = std::string(op.id) + ": " + error.message;
            error.kept = "Nothing was computed.";
            error.next = "Give a target that fits the output, or another loss";
            const std::string others = lossesFor(types);
            error.next +=
                others.empty() ? std::string(".") : ": these are taken by " + others + ".";
            return error;
        }
        m_builder.setPhase(Phase::Loss);
        m_builder.setName("named_loss");
        m_made.target =
            m_builder.addInput("named_loss.target", m_plan.target.shape, m_plan.target.dtype);
        m_made.loss = m_builder.emit(op.id, m_plan.loss->attrs, {prediction, m_made.target});
        return {};
    }

    void findDerived() {
        for (const StateBinding& state : program().states)
            if (isDerived(m_network, state) && isFloat(program().value(state.in).dtype))
                m_made.derived.push_back(
                    {.name = m_network.nameOfParameter(state.name), .value = state.in});
        for (const DataInput& input : program().data)
            if (const ValueId value = numbersOf(input); isFloat(program().value(value).dtype))
                m_made.derived.push_back({.name = input.node, .isInput = true, .value = value});
    }

    /// What the network takes, behind the making of it from pixels or halves.
    ValueId numbersOf(const DataInput& input) {
        for (const Instr& instr : program().instrs)
            if (instr.in.size() == 1 && instr.in.front() == input.value &&
                instr.origins == std::vector{input.node})
                return instr.out.front();
        return input.value;
    }

    std::vector<ValueId> derivedValues() const {
        std::vector<ValueId> values;
        for (const DerivedBy& each : m_made.derived) values.push_back(each.value);
        return values;
    }

    Result<void> addGradients() {
        m_builder.setPhase(Phase::Backward);
        const auto gradients = appendGradients(m_builder, m_made.loss, derivedValues());
        if (!gradients) return gradients.error();
        for (size_t i = 0; i < m_made.derived.size(); ++i)
            m_made.derived[i].gradient = (*gradients)[i];
        return {};
    }

    /// d/dε of the gradients at weights + ε · tangents.
    Result<void> addProducts() {
        std::vector<ValueId> weights, tangents, gradients;
        std::vector<DerivedBy*> derived;
        for (size_t i = 0; i < m_made.derived.size(); ++i) {
            DerivedBy& each = m_made.derived[i];
            if (each.isInput || each.gradient == noValue) continue;
            const Value value = program().value(each.value);
            each.tangent =
                m_builder.addInput("tangent." + std::to_string(i), value.shape, value.dtype);
            weights.push_back(each.value);
            tangents.push_back(each.tangent);
            gradients.push_back(each.gradient);
            derived.push_back(&each);
        }
        const auto products = appendJvp(m_builder, weights, tangents, gradients);
        if (!products) return products.error();
        for (size_t i = 0; i < derived.size(); ++i) derived[i]->product = (*products)[i];
        return {};
    }

    /// The loss and what is derived, and nothing else.
    void keepOutputs() {
        program().outputs.clear();
        m_builder.addOutput("loss", m_made.loss);
        for (size_t i = 0; i < m_made.derived.size(); ++i) {
            const DerivedBy& each = m_made.derived[i];
            const ValueId wanted = m_plan.withProducts ? each.product : each.gradient;
            if (wanted != noValue) m_builder.addOutput("derived." + std::to_string(i), wanted);
        }
    }

    const ForeignNetwork& m_network;
    const DerivativePlan& m_plan;
    DerivativeProgram m_made;
    Builder m_builder;
};

}  // namespace

bool isDerived(const ForeignNetwork& network, const StateBinding& state) {
    if (state.kind == StateKind::Parameter || state.kind == StateKind::Frozen) return true;
    return state.kind == StateKind::Constant && network.parameterNames.contains(state.name);
}

Result<DerivativeProgram> derivativeProgram(const ForeignNetwork& network,
                                            const DerivativePlan& plan) {
    auto program = lower(network.project.graph, plan.lower);
    if (!program) return program.error();
    return Deriving(network, plan, std::move(program).value()).derive();
}

}  // namespace vitrine
