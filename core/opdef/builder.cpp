// SPDX-License-Identifier: Apache-2.0
// Appending instructions to a Program.
#include "core/opdef/builder.h"

#include <fmt/format.h>

#include "core/opdef/descriptor.h"
#include "core/opdef/port_patterns.h"
#include "core/opdef/registry.h"
#include "core/opdef/shape_rules.h"

namespace vitrine {

namespace {

Attrs orDefaults(const OpDescriptor& op, const Attrs& attrs) {
    if (attrs.specs().empty()) return Attrs(op.fields);
    VITRINE_CHECK(attrs.specs().data() == op.fields.data(),
                  fmt::format("these fields are not those of {}", op.id).c_str());
    return attrs;
}

/// Rules of operators and lowering give each port its operand, or noValue where it may be missing.
void checkPresence(const OpDescriptor& op, const Attrs& attrs, std::span<const ValueId> in) {
    const bool repeats = repeatedPort(op.inputs) >= 0;
    const bool isWhole = repeats ? in.size() >= op.inputs.size() : in.size() == op.inputs.size();
    VITRINE_CHECK(isWhole, fmt::format("{} has an operand for each port", op.id).c_str());
    for (size_t k = 0; k < in.size(); ++k) {
        const PortSpec& port = portOf(op.inputs, in.size(), k);
        const bool isThere = portExists(port, attrs);
        const bool fits = in[k] == noValue ? port.optional || !isThere : isThere;
        VITRINE_CHECK(
            fits, fmt::format("{}: operand {} is there or missing as its port says", op.id, port.id)
                      .c_str());
    }
}

}  // namespace

Builder::Builder(Program& program, Options options) : m_program(program), m_options(options) {
    m_taken.reserve(4 * program.values.size());  // gradients and updates of a step
    for (const Value& value : program.values) m_taken.emplace(value.name, 1);
}

std::string Builder::freeName(const std::string& base) {
    if (base.empty()) return base;
    const auto [entry, isNew] = m_taken.try_emplace(base, 1);
    if (isNew) return base;
    int& number = entry->second;
    for (;;) {
        std::string candidate = fmt::format("{}.{}", base, ++number);
        if (m_taken.try_emplace(candidate, 1).second) return candidate;
    }
}

ValueId Builder::addValue(const ValueShape& type, std::string name, int definedBy) {
    m_program.values.push_back({type.shape, type.dtype, freeName(name), definedBy});
    return static_cast<ValueId>(m_program.values.size() - 1);
}

ValueId Builder::addInput(std::string name, const Shape& shape, DType dtype) {
    const ValueId id = addValue({shape, dtype}, name, -1);
    m_program.inputs.push_back({std::move(name), id});
    return id;
}

ValueId Builder::addState(std::string name, StateKind kind, const Shape& shape, DType dtype,
                          Init init, std::string key, std::shared_ptr<const TensorData> data) {
    findStates();
    VITRINE_CHECK(m_stateNames.insert(name).second, ("two states are called " + name).c_str());
    const ValueId id = addValue({shape, dtype}, name, -1);
    if (key.empty()) key = name;
    m_program.states.push_back(
        {std::move(name), kind, id, noValue, init, std::move(key), std::move(data)});
    return id;
}

void Builder::addOutput(std::string name, ValueId value) {
    m_program.outputs.push_back({std::move(name), value});
}

void Builder::updateState(ValueId state, ValueId next) {
    VITRINE_CHECK(m_program.shapeOf(state) == m_program.shapeOf(next),
                  "a state keeps its shape and type");
    findStates();
    const auto found = m_stateAt.find(state);
    if (found == m_stateAt.end()) return;  // an edge brought it: it lives nowhere
    m_program.states[found->second].out = next;
}

void Builder::findStates() {
    for (; m_statesFound < m_program.states.size(); ++m_statesFound) {
        const StateBinding& binding = m_program.states[m_statesFound];
        m_stateNames.insert(binding.name);
        m_stateAt.emplace(binding.in, m_statesFound);
    }
}

std::vector<ValueId> Builder::emitAll(std::string_view id, const Attrs& given,
                                      std::span<const ValueId> in) {
    const OpDescriptor& op = operatorNamed(id);
    Attrs attrs = orDefaults(op, given);
    if (op.isComposite()) return op.build(*this, attrs, in);

    checkPresence(op, attrs, in);
    std::vector<ValueId> operands = expanded(op, in);
    if (op.prepare) op.prepare(*this, attrs, operands);
    std::vector<ValueShape> inShapes;
    for (ValueId value : operands) inShapes.push_back(m_program.shapeOf(value));
    const Result<std::vector<ValueShape>> outShapes = inferResults(op, attrs, inShapes);
    VITRINE_CHECK(outShapes.ok(), fmt::format("{}: {}", id, outShapes.error().message).c_str());

    const int number = static_cast<int>(m_program.instrs.size());
    std::vector<ValueId> out;
    for (size_t i = 0; i < outShapes->size(); ++i) {
        std::string base = m_name;
        if (i > 0 && !base.empty())
            base += "." + nameOf(op.outputs, placeOf(op.outputs, outShapes->size(), i));
        out.push_back(addValue((*outShapes)[i], std::move(base), number));
    }
    m_program.instrs.push_back({.op = &op,
                                .attrs = std::move(attrs),
                                .in = operands,
                                .out = out,
                                .loads = {},
                                .epilogue = {},
                                .sums = {},
                                .origins = m_origins,
                                .phase = m_phase});
    return out;
}

std::vector<ValueId> Builder::expanded(const OpDescriptor& op, std::span<const ValueId> in) {
    std::vector<ValueId> operands(in.begin(), in.end());
    Shape common;
    const auto repeats = [&](size_t k) {
        return in[k] != noValue && portOf(op.inputs, in.size(), k).broadcasts;
    };
    for (size_t k = 0; k < in.size(); ++k)
        if (repeats(k)) {
            const std::optional<Shape> both = broadcastShape(common, shape(in[k]));
            VITRINE_CHECK(both, "operands that broadcast fit together");
            common = *both;
        }
    for (size_t k = 0; k < in.size(); ++k)
        if (repeats(k)) operands[k] = expand(in[k], common);
    return operands;
}

ValueId Builder::emit(std::string_view op, const Attrs& attrs, std::initializer_list<ValueId> in) {
    return emitAll(op, attrs, std::span(in.begin(), in.size())).front();
}

ValueId Builder::emit(std::string_view op, std::initializer_list<ValueId> in) {
    return emit(op, attrs(op), in);
}

Attrs Builder::attrs(std::string_view op) const { return Attrs(operatorNamed(op).fields); }

ValueId Builder::scale(ValueId a, double factor) {
    return emit("scale", attrs("scale").with("factor", factor), {a});
}

ValueId Builder::reshape(ValueId a, const Shape& to) {
    if (shape(a) == to) return a;
    const std::vector<int64_t> dims(to.dims().begin(), to.dims().end());
    return emit("reshape", attrs("reshape").with("shape", dims), {a});
}

ValueId Builder::expand(ValueId a, const Shape& to) {
    if (shape(a) == to) return a;
    return emit("expand", attrs("expand").with("shape", listOf(to)), {a});
}

ValueId Builder::reduceSum(ValueId a, const std::vector<int64_t>& axes, bool keepsAxes) {
    if (axes.empty()) return a;
    return emit("reduce_sum", attrs("reduce_sum").with("axes", axes).with("keep_axes", keepsAxes),
                {a});
}

ValueId Builder::constant(const Shape& of, DType dtype, double value) {
    if (!everyType.contains(dtype))
        return emit("cast", attrs("cast").with("to", std::string(name(dtype))),
                    {constant(of, DType::F32, value)});
    const std::vector<int64_t> dims(of.dims().begin(), of.dims().end());
    return emit("constant",
                attrs("constant")
                    .with("shape", dims)
                    .with("dtype", std::string(name(dtype)))
                    .with("value", value),
                {});
}

}  // namespace vitrine
