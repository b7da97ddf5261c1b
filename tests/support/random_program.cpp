// SPDX-License-Identifier: Apache-2.0
// Puts samples of operators together: what one gives is cut, repeated and squashed into what the
// next one takes.
#include "tests/support/random_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/autodiff/transform.h"
#include "core/base/rng.h"
#include "core/opdef/registry.h"
#include "tests/support/op_samples.h"

namespace vitrine::test {

namespace {

constexpr int nodesOfAProgram = 7;

/// What the layout pass alone puts into programs.
constexpr std::string_view ofPasses[] = {"pack", "reorder"};

std::vector<const OpDescriptor*> takenOperators() {
    std::vector<const OpDescriptor*> taken;
    for (const OpDescriptor* op : allOperators())
        if (std::ranges::find(ofPasses, op->id) == std::end(ofPasses)) taken.push_back(op);
    return taken;
}

class Grower {
  public:
    explicit Grower(uint64_t seed)
        : m_seed(seed), m_rng(seed, RngStream::Test, 41), m_builder(m_made.program, options) {}

    RandomProgram grow() {
        for (int i = 0; i < nodesOfAProgram; ++i) {
            m_builder.setOrigins({fmt::format("n{}", i)});
            addNode(operatorOfTurn(static_cast<uint64_t>(i)));
        }
        addLossAndGradients();
        m_made.program.batch = 1;
        m_below.resize(m_made.program.values.size());
        for (const NamedValue& input : m_made.program.inputs)
            m_made.below.push_back(m_below[static_cast<size_t>(input.value)]);
        return std::move(m_made);
    }

  private:
    static constexpr Builder::Options options{.training = true, .floatType = DType::F32};

    uint32_t below(size_t bound) { return m_rng.below(static_cast<uint32_t>(bound)); }

    /// Every turn over the registry shuffles it anew.
    const OpDescriptor& operatorOfTurn(uint64_t node) const {
        static const std::vector<const OpDescriptor*> all = takenOperators();
        const uint64_t place = m_seed * nodesOfAProgram + node;
        std::vector<size_t> order(all.size());
        std::iota(order.begin(), order.end(), size_t{0});
        Rng rng(place / all.size(), RngStream::Test, 42);
        for (size_t i = order.size(); i > 1; --i)
            std::swap(order[i - 1], order[rng.below(static_cast<uint32_t>(i))]);
        return *all[order[place % all.size()]];
    }

    /// Whole numbers are drawn below a bound.
    ValueId addInput(const Shape& shape, DType type, int64_t bound = 0) {
        const ValueId id = m_builder.addInput(fmt::format("x{}", m_inputs++), shape, type);
        m_below.resize(m_made.program.values.size());
        m_below.back() = bound;
        return id;
    }

    void addNode(const OpDescriptor& op) {
        const OpSample& sample = op.samples[below(op.samples.size())];
        const Attrs attrs = fieldsFromText(op, sample.fields).value();
        const auto operands = sampleOperands(op, sample.fields, sample.inputs, DType::F32).value();
        std::vector<ValueId> in;
        for (const SampleOperand& operand : operands) in.push_back(feed(operand, sample));
        const std::vector<ValueId> out = m_builder.emitAll(op.id, attrs, in);
        m_made.operators.insert(op.id);
        m_made.text += fmt::format("{} ({}) {}\n", op.id, sample.fields, sample.inputs);
        for (ValueId v : out) {
            const bool hasGradient = op.isComposite() || op.vjp;
            if (hasGradient && m_builder.dtype(v) == DType::F32)
                m_results.push_back(v);
            else
                m_builder.addOutput(fmt::format("other{}", m_others++), v);
        }
    }

    ValueId feed(const SampleOperand& operand, const OpSample& sample) {
        const auto [shape, type, isThere] = operand.type;
        if (!isThere) return noValue;
        if (operand.role != PortRole::Value) {
            const auto kind =
                operand.role == PortRole::Statistic ? StateKind::Statistic : StateKind::Parameter;
            const ValueId state =
                m_builder.addState(fmt::format("w{}", m_states++), kind, shape, type, operand.init);
            if (kind == StateKind::Parameter) m_wanted.push_back(state);
            return state;
        }
        if (type != DType::F32) return addInput(shape, type, std::max<int64_t>(operand.below, 1));
        if (m_results.empty() || below(3) == 0) {
            const ValueId input = addInput(shape, type);
            m_wanted.push_back(input);
            return between(input, sample.low, sample.high);
        }
        const size_t which = below(m_results.size());
        m_used.push_back(m_results[which]);
        return between(shaped(m_results[which], shape), sample.low, sample.high);
    }

    /// As many of the elements, in their order, as the shape has; again from the first one on where
    /// there are too few.
    ValueId shaped(ValueId value, const Shape& shape) {
        const Shape from = m_builder.shape(value);
        if (from == shape) return value;
        const int64_t have = from.elements(), want = shape.elements();
        ValueId flat = m_builder.reshape(value, {have});
        if (have < want) {
            Attrs times = m_builder.attrs("tile");
            times.with("repeats", std::vector<int64_t>{(want + have - 1) / have});
            flat = m_builder.emit("tile", times, {flat});
        }
        if (m_builder.shape(flat).elements() != want) {
            Attrs part = m_builder.attrs("slice");
            part.with("axis", int64_t{0}).with("start", int64_t{0}).with("length", want);
            flat = m_builder.emit("slice", part, {flat});
        }
        return m_builder.reshape(flat, shape);
    }

    /// Smoothly between the ends of the sample's range.
    ValueId between(ValueId value, double low, double high) {
        const ValueId squashed = m_builder.emit("tanh", {value});
        const double half = (high - low) / 2, middle = (high + low) / 2;
        const ValueId scaled = half == 1 ? squashed : m_builder.scale(squashed, 0.9 * half);
        if (middle == 0) return scaled;
        return m_builder.add(scaled,
                             m_builder.constant(m_builder.shape(scaled), DType::F32, middle));
    }

    void addLossAndGradients() {
        ValueId loss = noValue;
        for (ValueId v : m_results) {
            if (std::ranges::find(m_used, v) != m_used.end()) continue;
            const ValueId u = addInput(m_builder.shape(v), DType::F32);
            const ValueId term = m_builder.emit("dot", {m_builder.emit("tanh", {v}), u});
            loss = loss == noValue ? term : m_builder.add(loss, term);
        }
        if (loss == noValue) return;
        m_builder.addOutput("loss", loss);
        if (m_wanted.empty()) return;
        const auto gradients = appendGradients(m_builder, loss, m_wanted);
        VITRINE_CHECK(gradients.ok(), "every operator has a rule, or no derivative at all");
        for (size_t i = 0; i < gradients->size(); ++i)
            if ((*gradients)[i] != noValue)
                m_builder.addOutput(fmt::format("gradient{}", i), (*gradients)[i]);
    }

    uint64_t m_seed;
    Rng m_rng;
    RandomProgram m_made;
    Builder m_builder;
    std::vector<ValueId> m_results, m_used, m_wanted;
    std::vector<int64_t> m_below;  ///< by value
    int m_inputs = 0, m_states = 0, m_others = 0;
};

}  // namespace

RandomProgram randomProgram(uint64_t seed) { return Grower(seed).grow(); }

}  // namespace vitrine::test
