// SPDX-License-Identifier: Apache-2.0
// Reading samples, and numbers that stay away from kinks.
#include "tests/support/op_samples.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/base/rng.h"
#include "core/opdef/port_patterns.h"

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

DType typeNamed(std::string_view wanted) {
    const auto found = std::ranges::find(allDTypes, wanted, [](DType type) { return name(type); });
    VITRINE_CHECK(found != std::end(allDTypes), "a sample's type has a name");
    return *found;
}

/// `2x3x5x5`, `scalar`, `4<10`, `2:i64`, `3x4:u8<200`.
SampleOperand operandFromText(std::string_view text, DType floatType) {
    SampleOperand operand{.type = {{}, floatType}};
    if (const size_t less = text.find('<'); less != std::string_view::npos) {
        operand.type.dtype = DType::I32;
        operand.below = wholeNumber(text.substr(less + 1));
        text = text.substr(0, less);
    }
    if (const size_t colon = text.find(':'); colon != std::string_view::npos) {
        operand.type.dtype = typeNamed(text.substr(colon + 1));
        text = text.substr(0, colon);
    }
    if (text == "scalar") return operand;
    for (std::string_view extent : split(text, 'x')) operand.type.shape.push(wholeNumber(extent));
    return operand;
}

/// Every operand of the operator, in the order of its ports.
struct Operands {
    std::vector<SampleOperand> list;
    std::vector<const PortSpec*> ports;
};

/// `-` stands for one that is missing. A port that repeats takes what the others leave.
Operands readOperands(const OpDescriptor& op, const Attrs& attrs, std::string_view inputs,
                      DType floatType) {
    const std::vector<std::string_view> tokens = split(inputs, ' ');
    size_t values = 0;  // ports that a token stands for, one that repeats counted once
    const auto isThere = [&](const PortSpec& port) { return portExists(port, attrs); };
    for (const PortSpec& port : op.inputs)
        values += port.role == PortRole::Value && isThere(port) ? 1 : 0;
    VITRINE_CHECK(tokens.size() >= values, "a sample names every operand");
    Operands operands;
    size_t next = 0;
    for (const PortSpec& port : op.inputs) {
        const bool fromSample = port.role == PortRole::Value && isThere(port);
        const size_t times =
            fromSample && port.repeat.isRepeated() ? tokens.size() - values + 1 : 1;
        for (size_t i = 0; i < times; ++i) {
            SampleOperand operand{.type = missingShape};
            if (fromSample && tokens[next] != "-")
                operand = operandFromText(tokens[next], floatType);
            operand.role = port.role;
            next += fromSample ? 1 : 0;
            operands.list.push_back(operand);
            operands.ports.push_back(&port);
        }
    }
    VITRINE_CHECK(next == tokens.size(), "a sample has no operand too many");
    return operands;
}

std::vector<ValueShape> shapesOf(const Operands& operands) {
    std::vector<ValueShape> shapes;
    for (const SampleOperand& operand : operands.list) shapes.push_back(operand.type);
    return shapes;
}

Result<void> addParameters(const OpDescriptor& op, const Attrs& attrs, DType floatType,
                           Operands& operands) {
    if (!op.parameters) return {};
    VITRINE_TRY(checkOperands(op.inputs, attrs, shapesOf(operands)));
    const auto parameters = op.parameters(attrs, shapesOf(operands));
    if (!parameters) return parameters.error();
    for (const ParamSpec& parameter : *parameters)
        for (size_t k = 0; k < operands.list.size(); ++k)
            if (operands.ports[k] == &op.inputs[static_cast<size_t>(parameter.port)]) {
                operands.list[k].type = {parameter.shape, floatType};
                operands.list[k].init = parameter.init;
            }
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

std::vector<ValueShape> operandsOf(const OpDescriptor& op, std::string_view fields,
                                   std::string_view inputs) {
    const auto attrs = fieldsFromText(op, fields);
    Operands operands = readOperands(op, *attrs, inputs, DType::F32);
    VITRINE_CHECK(addParameters(op, *attrs, DType::F32, operands).ok(), "samples fit");
    return shapesOf(operands);
}

Result<std::vector<SampleOperand>> sampleOperands(const OpDescriptor& op, std::string_view fields,
                                                  std::string_view inputs, DType floatType) {
    const auto attrs = fieldsFromText(op, fields);
    if (!attrs) return attrs.error();
    Operands operands = readOperands(op, *attrs, inputs, floatType);
    VITRINE_TRY(addParameters(op, *attrs, floatType, operands));
    return std::move(operands.list);
}

Result<Function> functionOf(const OpDescriptor& op, std::string_view fields,
                            std::string_view inputs, Builder::Options options) {
    const auto attrs = fieldsFromText(op, fields);
    if (!attrs) return attrs.error();
    Operands operands = readOperands(op, *attrs, inputs, options.floatType);
    VITRINE_TRY(addParameters(op, *attrs, options.floatType, operands));
    const std::vector<ValueShape> shapes = shapesOf(operands);
    const auto inferred = inferResults(op, *attrs, shapes);
    if (!inferred) return inferred.error();
    VITRINE_TRY(checkResults(op.inputs, op.outputs, *attrs, shapes, *inferred));

    Function function;
    function.options = options;
    Builder builder(function.program, options);
    builder.setOrigins({"sample"});
    std::vector<ValueId> in;
    for (size_t i = 0; i < operands.list.size(); ++i) {
        const SampleOperand& operand = operands.list[i];
        const std::string name = "in" + std::to_string(i);
        if (!operand.type.isThere) {
            in.push_back(noValue);
            continue;
        }
        const bool isState = operand.role != PortRole::Value;
        const auto kind =
            operand.role == PortRole::Statistic ? StateKind::Statistic : StateKind::Parameter;
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
        // A cast to fewer bits rounds: it has no differences to compare with.
        const DType type = builder.dtype(out[k]);
        if (isFloat(type) && sizeOf(type) >= sizeOf(options.floatType))
            function.out.push_back(out[k]);
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
