// SPDX-License-Identifier: Apache-2.0
// Reading samples, and numbers that stay away from kinks.
#include "tests/support/op_samples.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/base/rng.h"

namespace vitrine::test {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const size_t end = std::min(text.find(separator), text.size());
        if (end > 0) parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

int64_t wholeNumber(std::string_view text) {
    int64_t value = -1;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    VITRINE_CHECK(error == std::errc{} && stop == text.data() + text.size(),
                  ("a sample says " + std::string(text)).c_str());
    return value;
}

/// `2x3x5x5`, `scalar`, `4<10`, `2:i64`.
struct Operand {
    ValueShape type;
    int64_t below = 0;  ///< integers are drawn below this; 0 = zeros
};

Operand operandFromText(std::string_view text, DType floatType) {
    Operand operand{{{}, floatType}, 0};
    if (const size_t less = text.find('<'); less != std::string_view::npos) {
        operand.type.dtype = DType::I32;
        operand.below = wholeNumber(text.substr(less + 1));
        text = text.substr(0, less);
    } else if (text.ends_with(":i64")) {
        operand.type.dtype = DType::I64;
        text.remove_suffix(4);
    }
    if (text == "scalar") return operand;
    for (std::string_view extent : split(text, 'x')) operand.type.shape.push(wholeNumber(extent));
    return operand;
}

bool comesOverAnEdge(const PortSpec& port) {
    return port.kind == PortKind::Data || port.kind == PortKind::Labels;
}

/// Every operand of the operator: ports in order, the last repeated for further tokens.
struct Operands {
    std::vector<Operand> list;
    std::vector<PortKind> kinds;
};

Operands readOperands(const OpDescriptor& op, const Attrs& attrs, std::string_view inputs,
                      DType floatType) {
    Operands operands;
    const std::vector<std::string_view> tokens = split(inputs, ' ');
    size_t next = 0;
    for (const PortSpec& port : op.inputs) {
        if (!port.onlyIf.empty() && !attrs.flag(port.onlyIf)) continue;
        const bool fromSample = comesOverAnEdge(port);
        if (fromSample && next == tokens.size()) {
            VITRINE_CHECK(port.optional, "a sample names every operand that must be there");
            break;
        }
        operands.list.push_back(fromSample ? operandFromText(tokens[next++], floatType)
                                           : Operand{{{}, floatType}, 0});
        operands.kinds.push_back(port.kind);
    }
    for (; next < tokens.size(); ++next) {
        operands.list.push_back(operandFromText(tokens[next], floatType));
        operands.kinds.push_back(PortKind::Data);
    }
    return operands;
}

std::vector<ValueShape> shapesOf(const Operands& operands) {
    std::vector<ValueShape> shapes;
    for (const Operand& operand : operands.list) shapes.push_back(operand.type);
    return shapes;
}

Result<void> addParameters(const OpDescriptor& op, const Attrs& attrs, Operands& operands) {
    if (!op.parameters) return {};
    const auto parameters = op.parameters(attrs, shapesOf(operands));
    if (!parameters) return parameters.error();
    for (const ParamSpec& parameter : *parameters)
        operands.list[static_cast<size_t>(parameter.port)].type.shape = parameter.shape;
    return {};
}

std::vector<double> labels(int64_t count, int64_t below, uint64_t seed) {
    Rng rng(seed, RngStream::Test, 1000);
    std::vector<double> numbers;
    for (int64_t i = 0; i < count; ++i)
        numbers.push_back(below == 0 ? 0 : rng.below(static_cast<uint32_t>(below)));
    return numbers;
}

}  // namespace

Result<Attrs> fieldsFromText(const OpDescriptor& op, std::string_view text) {
    Attrs attrs(op.fields);
    for (std::string_view assignment : split(text, ' ')) {
        const size_t equals = assignment.find('=');
        const std::string_view id = assignment.substr(0, equals);
        const auto spec = std::ranges::find(op.fields, id, &FieldSpec::id);
        VITRINE_CHECK(spec != op.fields.end(), "samples name fields that exist");
        auto value = fieldFromText(*spec, assignment.substr(equals + 1));
        if (!value) return value.error();
        VITRINE_TRY(attrs.set(id, *value));
    }
    return attrs;
}

Result<Function> functionOf(const OpDescriptor& op, std::string_view fields,
                            std::string_view inputs, Builder::Options options) {
    const auto attrs = fieldsFromText(op, fields);
    if (!attrs) return attrs.error();
    Operands operands = readOperands(op, *attrs, inputs, options.floatType);
    VITRINE_TRY(addParameters(op, *attrs, operands));
    const auto inferred = op.inferShapes(*attrs, shapesOf(operands));
    if (!inferred) return inferred.error();

    Function function;
    function.options = options;
    Builder builder(function.program, options);
    builder.setOrigins({"sample"});
    std::vector<ValueId> in;
    for (size_t i = 0; i < operands.list.size(); ++i) {
        const Operand& operand = operands.list[i];
        const std::string name = "in" + std::to_string(i);
        const bool isState =
            operands.kinds[i] == PortKind::Parameter || operands.kinds[i] == PortKind::Statistic;
        const auto kind =
            operands.kinds[i] == PortKind::Statistic ? StateKind::Statistic : StateKind::Parameter;
        in.push_back(isState
                         ? builder.addState(name, kind, operand.type.shape, operand.type.dtype, {})
                         : builder.addInput(name, operand.type.shape, operand.type.dtype));
        if (isFloat(operand.type.dtype))
            function.in.push_back(in.back());
        else
            function.numbers[in.back()] =
                labels(operand.type.shape.elements(), operand.below, static_cast<uint64_t>(i));
    }
    const std::vector<ValueId> out = builder.emitAll(op.id, *attrs, in);
    for (size_t k = 0; k < out.size(); ++k) {
        VITRINE_CHECK(function.program.shapeOf(out[k]) == (*inferred)[k],
                      "an operator's results are as inferShapes says");
        if (isFloat(builder.dtype(out[k]))) function.out.push_back(out[k]);
    }
    return function;
}

void fillNumbers(Function& function, double low, double high, uint64_t seed) {
    const Program& program = function.program;
    for (ValueId id : function.in) {
        const auto isStatistic = [id](const StateBinding& s) {
            return s.in == id && s.kind == StateKind::Statistic;
        };
        const bool positive = std::ranges::any_of(program.states, isStatistic);
        function.numbers[id] = distinctNumbers(
            static_cast<size_t>(program.value(id).shape.elements()), positive ? 0.5 : low,
            positive ? 1.5 : high, seed, static_cast<uint64_t>(id));
    }
    const ValueId key = program.input("rng_key");
    if (key != noValue) function.numbers[key] = {static_cast<double>(seed), 3};
}

std::vector<double> distinctNumbers(size_t count, double low, double high, uint64_t seed,
                                    uint64_t stream) {
    constexpr double awayFromZero = 1e-4;
    Rng rng(seed, RngStream::Test, stream);
    const double cell = (high - low) / static_cast<double>(count);
    std::vector<double> numbers(count);
    for (size_t i = 0; i < count; ++i) {
        const double x = low + cell * (static_cast<double>(i) + rng.uniform(0.25, 0.75));
        numbers[i] = std::abs(x) < awayFromZero ? std::copysign(awayFromZero, x) : x;
    }
    for (size_t i = count; i > 1; --i)
        std::swap(numbers[i - 1], numbers[rng.below(static_cast<uint32_t>(i))]);
    return numbers;
}

}  // namespace vitrine::test
