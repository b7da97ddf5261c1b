// SPDX-License-Identifier: Apache-2.0
// Functions of other numbers than floats, element by element, and what becomes floats.
#include <fmt/format.h>

#include "core/cpp_export/lowering.h"
#include "core/opdef/descriptor.h"

namespace vitrine::cpp_export {

namespace {

std::string returned(const std::string& expression) { return "return " + expression + ";"; }

/// `[](T x0, T x1) { return expression; }`.
std::string lambdaOf(const std::string& type, int operands, const std::string& expression) {
    std::vector<Variable> parameters;
    for (int k = 0; k < operands; ++k) parameters.push_back({type, fmt::format("x{}", k)});
    return lambda(parameters, {returned(expression)});
}

}  // namespace

Result<void> Lowering::addWhole(Given group, const kernels::WholeMap& map) {
    using kernels::Whole;
    const DType type = value(head(group).out[0]).dtype;
    const int operands = kernels::operandsOf(map.function);
    std::string function(kernels::name(map.function)), more;
    if (map.function == Whole::Scale) {
        function = "mul";
        more = ", " + literal(map.p, type);
    }
    if (map.function == Whole::Clamp)
        more = fmt::format(", cast<{0}>(std::ceil({1})), cast<{0}>(std::floor({2}))",
                           typeName(type), literal(map.p, DType::F64), literal(map.q, DType::F64));
    addMap(
        group,
        lambdaOf(typeName(type), operands,
                 fmt::format("whole::{}({}{})", function, operands == 1 ? "x0" : "x0, x1", more)),
        operandsSpread(group));
    return {};
}

Result<void> Lowering::addCompare(Given group, const kernels::Compare& compare) {
    static constexpr std::string_view expressions[] = {"x0 == x1",
                                                       "x0 != x1",
                                                       "x0 < x1",
                                                       "x0 <= x1",
                                                       "(x0 != 0) && (x1 != 0)",
                                                       "(x0 != 0) || (x1 != 0)",
                                                       "(x0 != 0) != (x1 != 0)",
                                                       "x0 == 0"};
    const int operands = kernels::operandsOf(compare.relation);
    addMap(group,
           lambdaOf(typeName(value(head(group).in[0]).dtype), operands,
                    std::string(expressions[static_cast<size_t>(compare.relation)])),
           operandsSpread(group));
    return {};
}

Result<void> Lowering::addCast(Given group, const kernels::Cast&) {
    const Instr& instr = head(group);
    const std::string from = typeName(value(instr.in[0]).dtype);
    addMap(group,
           lambdaOf(from, 1, fmt::format("cast<{}>(x0)", typeName(value(instr.out[0]).dtype))),
           operandsSpread(group));
    return {};
}

Result<void> Lowering::addNormalize(Given group, const kernels::Normalize& normalize) {
    const auto isOne = [](const std::vector<double>& numbers) { return numbers.size() == 1; };
    std::vector<Array> operands = operandsSpread(group);
    const std::string pixel = "static_cast<double>(x0) / 255";
    if (isOne(normalize.mean) && isOne(normalize.std)) {
        addMap(group,
               lambdaOf("std::uint8_t", 1,
                        fmt::format("({} - {}) / {}", pixel, literal(normalize.mean[0], DType::F64),
                                    literal(normalize.std[0], DType::F64))),
               std::move(operands));
        return {};
    }
    const Shape& shape = value(head(group).out[0]).shape;
    for (const std::vector<double>* numbers : {&normalize.mean, &normalize.std}) {
        std::vector<double> all = *numbers;
        all.resize(static_cast<size_t>(shape[1]), numbers->front());
        const auto bytes = std::as_bytes(std::span(all));
        Array array = m_code.addConstant({shape[1]}, DType::F64, {bytes.begin(), bytes.end()});
        array.view = spreadOver(array, shape, 1);
        operands.push_back(std::move(array));
    }
    addMap(group,
           lambda({{"std::uint8_t", "x0"}, {"double", "x1"}, {"double", "x2"}},
                  {returned(fmt::format("({} - x1) / x2", pixel))}),
           std::move(operands));
    return {};
}

Result<void> Lowering::addSelect(Given group) {
    const std::string type = typeName(value(head(group).out[0]).dtype);
    addMap(group, lambda({{"bool", "x0"}, {type, "x1"}, {type, "x2"}}, {returned("x0 ? x1 : x2")}),
           operandsSpread(group));
    return {};
}

Result<void> Lowering::addDot(Given group) {
    const Array a = m_code.rowMajor(operand(group, 0)), b = m_code.rowMajor(operand(group, 1));
    const Array y = plainResult(head(group).out[0]);
    m_code.add({.comment = commentOf(group),
                .pointers = {{"y", y, true}, {"a", a}, {"b", b}},
                .body = call("rowDot", {"1", number(a.shape().elements()), "a", "b", "y"})});
    set(head(group).out[0], y);
    return {};
}

}  // namespace vitrine::cpp_export
