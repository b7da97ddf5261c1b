// SPDX-License-Identifier: Apache-2.0
// Groups in order, views as views, and what is done element by element.
#include "core/cpp_export/lowering.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/cpp_export/constants.h"
#include "core/opdef/descriptor.h"
#include "core/tensor/element.h"

namespace vitrine::cpp_export {

Lowering::Lowering(const Export& what)
    : m_program(what.program),
      m_inputs(what.inputs),
      m_outputs(what.outputs),
      m_known(knownNumbers(what.program, what.states)),
      m_reads(readCounts(what.program)),
      m_arrays(what.program.values.size()) {}

Result<Code> Lowering::run() {
    for (size_t k = 0; k < m_inputs.size(); ++k) {
        const Value& input = value(m_inputs[k]);
        auto array =
            m_code.addEnd(BufferKind::Input, static_cast<int>(k), input.shape, input.dtype);
        if (!array) return array.error();
        set(m_inputs[k], std::move(array).value());
    }
    for (const Group& group : groupsOf(m_program, m_known)) VITRINE_TRY(lower(group));
    VITRINE_TRY(lowerOutputs());
    m_code.plan();
    return std::move(m_code);
}

Result<void> Lowering::lowerOutputs() {
    for (size_t k = 0; k < m_outputs.size(); ++k) {
        const ValueId v = m_outputs[k];
        auto output =
            m_code.addEnd(BufferKind::Output, static_cast<int>(k), value(v).shape, value(v).dtype);
        if (!output) return output.error();
        m_code.copy(arrayOf(v), *output, "output " + number(static_cast<int64_t>(k)));
    }
    return {};
}

std::string Lowering::commentOf(Given group) const {
    std::vector<std::string> nodes;
    const auto note = [&](int index) {
        for (const std::string& origin : instr(index).origins)
            if (std::ranges::count(nodes, origin) == 0) nodes.push_back(origin);
    };
    note(group.head);
    for (const int index : group.joined) note(index);
    return joined(nodes);
}

Error Lowering::refusal(const Instr& instr, const std::string& why) const {
    const std::string node = instr.origins.empty() ? std::string() : instr.origins.back();
    Error error{"E01",
                fmt::format("'{}' cannot be written as plain C++: {} {}", node, instr.op->id, why),
                {},
                "Nothing was written.",
                {}};
    error.place.node = node;
    return error;
}

const Array& Lowering::arrayOf(ValueId v) {
    std::optional<Array>& array = m_arrays[static_cast<size_t>(v)];
    if (array) return *array;
    const Numbers& numbers = known(v);
    VITRINE_CHECK(numbers, "a value is made before it is read");
    array = m_code.addConstant(numbers->shape, numbers->dtype,
                               {numbers->bytes.begin(), numbers->bytes.end()});
    return *array;
}

Halo Lowering::haloAround(ValueId v) const {
    Halo halo;
    for (const Instr& reader : m_program.instrs) {
        if (reader.op->isView() || reader.in.empty() || reader.in[0] != v) continue;
        const kernels::Problem problem = problemOf(m_program, reader);
        const auto* const conv = std::get_if<kernels::Conv>(&problem);
        if (!conv || conv->pass != kernels::ConvPass::Forward || !known(reader.in[1])) continue;
        const kernels::Window& w = conv->window;
        halo = halo.joined({.before = {w.depth.before, w.rows.before, w.columns.before},
                            .after = {w.depth.after, w.rows.after, w.columns.after}});
    }
    return halo;
}

Array Lowering::imageResult(Given group) {
    const ValueId v = group.result(m_program);
    return m_code.fresh(value(v).shape, value(v).dtype, Order::ChannelsLast, haloAround(v));
}

Result<void> Lowering::lower(Given group) {
    const Instr& first = head(group);
    if (first.op->isView()) return lowerView(first);
    for (const ValueId v : first.operands())
        if (typeName(value(v).dtype).empty())
            return refusal(first, fmt::format("reads {}", name(value(v).dtype)));
    for (const ValueId v : first.out)
        if (typeName(value(v).dtype).empty())
            return refusal(first, fmt::format("gives {}", name(value(v).dtype)));
    if (!pointwiseCall(m_program, first)) return lowerProblem(group, problemOf(m_program, first));
    addPointwise(group);
    return {};
}

/// A reshape [N, C, …] → [N, C · …] whose readers take images too.
bool Lowering::isForLinear(const Instr& view) const {
    const Shape &from = value(view.in[0]).shape, &to = value(view.out[0]).shape;
    if (view.op->id != "reshape" || to.rank() != 2 || from.rank() < 3 || to[0] != from[0])
        return false;
    int readers = 0;
    for (const Instr& reader : m_program.instrs)
        for (const ValueId v : reader.operands()) {
            if (v != view.out[0]) continue;
            if (reader.op->id != "linear" || v != reader.in[0] || !known(reader.in[1]))
                return false;
            ++readers;
        }
    return readers == m_reads[static_cast<size_t>(view.out[0])];
}

Result<void> Lowering::lowerView(const Instr& view) {
    Array array = arrayOf(view.in[0]);
    if (isForLinear(view) && orderOf(array) == Order::ChannelsLast) {
        m_flattened[view.out[0]] = array;
        return {};
    }
    const Shape& shape = value(view.out[0]).shape;
    auto seen = view.op->view(view.attrs, array.view, shape);
    if (!seen) {
        array = m_code.rowMajor(array);
        seen = view.op->view(view.attrs, array.view, shape);
    }
    VITRINE_CHECK(seen, "a view takes every contiguous operand");
    set(view.out[0], {array.buffer, array.dtype, *seen});
    return {};
}

Result<void> Lowering::lowerProblem(Given group, const kernels::Problem& problem) {
    using namespace kernels;
    return std::visit(
        [&]<class P>(const P& p) -> Result<void> {
            if constexpr (std::is_same_v<P, Conv>)
                return addConv(group, p);
            else if constexpr (std::is_same_v<P, Linear>)
                return addLinear(group, p);
            else if constexpr (std::is_same_v<P, Pool>)
                return addPool(group, p);
            else if constexpr (std::is_same_v<P, kernels::MatMul>)
                return addMatMul(group);
            else if constexpr (std::is_same_v<P, Reduce>)
                return addReduce(group, p);
            else if constexpr (std::is_same_v<P, Channel>)
                return addChannel(group, p);
            else if constexpr (std::is_same_v<P, Row>)
                return addRow(group, p);
            else if constexpr (std::is_same_v<P, RowNorm>)
                return addRowNorm(group, p);
            else if constexpr (std::is_same_v<P, Along>)
                return addAlong(group, p);
            else if constexpr (std::is_same_v<P, Gather>)
                return addGather(group, p);
            else if constexpr (std::is_same_v<P, Scatter>)
                return addScatter(group, p);
            else if constexpr (std::is_same_v<P, ScatterAdd>)
                return addScatterAdd(group, p);
            else if constexpr (std::is_same_v<P, Concat>)
                return addConcat(group, p);
            else if constexpr (std::is_same_v<P, ZeroPad>)
                return addZeroPad(group, p);
            else if constexpr (std::is_same_v<P, Resample>)
                return addResample(group, p);
            else if constexpr (std::is_same_v<P, WholeMap>)
                return addWhole(group, p);
            else if constexpr (std::is_same_v<P, Compare>)
                return addCompare(group, p);
            else if constexpr (std::is_same_v<P, Cast>)
                return addCast(group, p);
            else if constexpr (std::is_same_v<P, Normalize>)
                return addNormalize(group, p);
            else if constexpr (std::is_same_v<P, Select>)
                return addSelect(group);
            else if constexpr (std::is_same_v<P, kernels::Dot>)
                return addDot(group);
            else if constexpr (std::is_same_v<P, Copy>) {
                set(head(group).out[0], m_code.rowMajor(operand(group, 0)));
                return {};
            } else if constexpr (std::is_same_v<P, Fill>) {
                addFill(group, p.value);
                return {};
            } else if constexpr (std::is_same_v<P, Uniform> || std::is_same_v<P, Dropout>)
                return refusal(head(group), "draws random numbers");
            else
                return refusal(head(group), "belongs to training");
        },
        problem);
}

/// One number that repeats.
void Lowering::addFill(Given group, double value) {
    const ValueId v = head(group).out[0];
    const DType type = this->value(v).dtype;
    std::vector<std::byte> bytes(static_cast<size_t>(sizeOf(type)));
    writeElement(bytes.data(), type, 0, value);
    Array array = m_code.addConstant({1}, type, std::move(bytes));
    array.view = {this->value(v).shape, this->value(v).shape, 0};
    for (int axis = 0; axis < array.shape().rank(); ++axis) array.view.strides[axis] = 0;
    set(v, std::move(array));
}

ArrayView Lowering::spreadOver(const Array& array, const Shape& shape, int axis) const {
    ArrayView view{shape, shape, array.view.offset};
    const Shape& own = array.shape();
    const int first = axis >= 0 ? axis : shape.rank() - own.rank();
    for (int k = 0; k < shape.rank(); ++k) {
        const int at = k - first;
        const bool repeats = at < 0 || at >= own.rank() || own[at] == 1;
        view.strides[k] = repeats ? 0 : array.stride(at);
    }
    return view;
}

/// Statement by statement.
class Lowering::FormulaText {
  public:
    FormulaText(Lowering& lowering, ValueId result)
        : m_lowering(lowering), m_result(result), m_type(lowering.value(result).dtype) {}

    /// What the kernel has given.
    void begin(ValueId v) {
        m_names[v] = "x";
        m_parameters.push_back({typeName(m_type), "x"});
        m_last = "x";
    }

    void add(const Instr& instr) {
        const PointwiseCall made = *pointwiseCall(m_lowering.m_program, instr);
        std::vector<std::string> arguments;
        for (size_t k = 0; k < instr.in.size(); ++k)
            arguments.push_back(nameOf(instr.in[k], k > 0 ? made.axis : -1));
        for (const double parameter : made.more) arguments.push_back(literal(parameter, m_type));
        m_last = fmt::format("y{}", m_statements.size());
        m_statements.push_back(fmt::format("const {} {} = {}({});", typeName(m_type), m_last,
                                           made.function, joined(arguments)));
        m_names[instr.out[0]] = m_last;
    }

    Formula formula() {
        m_statements.push_back("return " + m_last + ";");
        m_formula.text = lambda(m_parameters, m_statements);
        return std::move(m_formula);
    }

  private:
    /// `axis`: along which it goes, −1: it repeats as numpy's do.
    std::string nameOf(ValueId v, int axis) {
        if (const auto found = m_names.find(v); found != m_names.end()) return found->second;
        double same = 0;
        const Numbers& numbers = m_lowering.known(v);
        if (numbers && uniformNumber(*numbers, same)) return literal(same, m_type);
        const std::string parameter = fmt::format("x{}", m_formula.others.size());
        m_parameters.push_back({typeName(m_type), parameter});
        m_formula.others.push_back(v);
        m_formula.views.push_back(
            m_lowering.spreadOver(m_lowering.arrayOf(v), m_lowering.value(m_result).shape, axis));
        // Along another axis it would be another one.
        if (axis < 0) m_names[v] = parameter;
        return parameter;
    }

    Lowering& m_lowering;
    ValueId m_result;
    DType m_type;
    Formula m_formula;
    std::map<ValueId, std::string> m_names;
    std::vector<Variable> m_parameters;
    std::vector<std::string> m_statements;
    std::string m_last;
};

Formula Lowering::formulaOf(Given group) {
    FormulaText text(*this, group.result(m_program));
    text.add(head(group));
    for (const int index : group.joined) text.add(instr(index));
    return text.formula();
}

Formula Lowering::formulaAfter(Given group, size_t skipped) {
    FormulaText text(*this, group.result(m_program));
    text.begin(skipped == 0 ? head(group).out[0] : instr(group.joined[skipped - 1]).out[0]);
    for (size_t k = skipped; k < group.joined.size(); ++k) text.add(instr(group.joined[k]));
    return text.formula();
}

void Lowering::addPointwise(Given group) {
    const Formula formula = formulaOf(group);
    std::vector<Array> operands;
    for (size_t k = 0; k < formula.others.size(); ++k) {
        Array array = arrayOf(formula.others[k]);
        array.view = formula.views[k];
        operands.push_back(std::move(array));
    }
    addMap(group, formula.text, std::move(operands));
}

void Lowering::addMap(Given group, const std::string& function, std::vector<Array> operands) {
    const ValueId v = group.result(m_program);
    const Halo halo = haloAround(v);
    const auto isLast = [](const Array& array) { return orderOf(array) == Order::ChannelsLast; };
    const bool isWanted = halo.isThere() || std::ranges::any_of(operands, isLast);
    const Array y = m_code.fresh(value(v).shape, value(v).dtype,
                                 isWanted ? Order::ChannelsLast : Order::RowMajor, halo);
    Step step{.comment = commentOf(group), .pointers = {{"y", y, true}}, .body = {}};
    std::vector<ArrayView> views{y.view};
    std::vector<std::string> names{"y"};
    for (size_t k = 0; k < operands.size(); ++k) {
        names.push_back(fmt::format("x{}", k));
        views.push_back(operands[k].view);
        step.pointers.push_back({names.back(), std::move(operands[k])});
    }
    step.body = mapCall(views, function, names);
    m_code.add(std::move(step));
    set(v, y);
}

std::vector<Array> Lowering::operandsSpread(Given group) {
    std::vector<Array> arrays;
    const Shape& shape = value(head(group).out[0]).shape;
    for (const ValueId v : head(group).operands()) {
        Array array = arrayOf(v);
        array.view = spreadOver(array, shape, -1);
        arrays.push_back(std::move(array));
    }
    return arrays;
}

}  // namespace vitrine::cpp_export
