// SPDX-License-Identifier: Apache-2.0
// Reading the cases, and running them one by one.
#include "tests/support/golden_case.h"

#include <fmt/format.h>

#include "core/autodiff/transform.h"
#include "core/opdef/registry.h"
#include "core/tensor/element.h"
#include "tests/support/interpreter.h"
#include "tests/support/op_samples.h"

namespace vitrine::test {

namespace {

constexpr int mostOperands = 16;

std::vector<double> numbersOf(const TensorView* tensor) {
    std::vector<double> numbers;
    if (!tensor) return numbers;
    for (int64_t i = 0; i < tensor->shape.elements(); ++i)
        numbers.push_back(readElement(tensor->bytes.data(), tensor->dtype, i));
    return numbers;
}

std::vector<std::string> cut(const std::string& text) {
    std::vector<std::string> parts(1);
    for (const char letter : text)
        if (letter == '|')
            parts.emplace_back();
        else
            parts.back() += letter;
    return parts;
}

using Tensors = std::map<std::string_view, const TensorView*>;

GoldenCase caseOf(const Tensors& tensors, const std::string& number, const std::string& text) {
    const std::vector<std::string> parts = cut(text);
    GoldenCase result{number, parts[0], parts[1], parts[2], parts[3], DType::F32, {}, {}, {}};
    const auto named = [&](const std::string& name) -> const TensorView* {
        const auto found = tensors.find(number + "." + name);
        return found == tensors.end() ? nullptr : found->second;
    };
    int count = 0;  // operands that are missing leave a gap
    for (int k = 0; k < mostOperands; ++k)
        if (named(fmt::format("in{}", k))) count = k + 1;
    for (int k = 0; k < count; ++k) {
        const TensorView* operand = named(fmt::format("in{}", k));
        if (operand && operand->dtype == DType::F64) result.type = DType::F64;
        result.operands.push_back(numbersOf(operand));
        result.wanted.gradients.push_back(numbersOf(named(fmt::format("grad{}", k))));
    }
    result.wanted.out = numbersOf(named("out"));
    result.cotangent = numbersOf(named("cotangent"));
    if (result.cotangent.empty()) result.cotangent.assign(result.wanted.out.size(), 1);
    return result;
}

}  // namespace

Result<std::vector<GoldenCase>> loadGoldenCases(const std::string& path) {
    const auto file = loadSafetensors(path);
    if (!file) return file.error();
    Tensors tensors;
    for (const TensorView& tensor : file->tensors) tensors[tensor.name] = &tensor;
    std::vector<GoldenCase> cases;
    for (const auto& [number, text] : file->metadata) {
        if (text.find('|') == std::string::npos) continue;
        cases.push_back(caseOf(tensors, number, text));
    }
    return cases;
}

Result<Outcome> outcomeOf(const GoldenCase& of) {
    auto made = functionOf(operatorNamed(of.op), of.fields, of.inputs,
                           {.training = true, .floatType = of.type});
    if (!made) return made.error();
    Function& function = *made;
    const bool isFloat = !function.out.empty();
    const ValueId out = isFloat ? function.out.front() : function.program.instrs.back().out.front();
    std::vector<ValueId> gradients;
    ValueId cotangent = noValue;
    Builder builder(function.program, function.options);
    if (isFloat) {
        cotangent = builder.addInput("cotangent", builder.shape(out), builder.dtype(out));
        auto all = appendVjp(builder, {&out, 1}, {&cotangent, 1}, function.in);
        if (!all) return all.error();
        gradients = std::move(*all);
    }
    Interpreter interpreter(function.program);
    if (isFloat) interpreter.set(cotangent, of.cotangent);
    for (size_t v = 0; v < function.program.values.size(); ++v) {
        const Value& value = function.program.values[v];
        if (value.definedBy < 0 && value.name.starts_with("in"))
            interpreter.set(static_cast<ValueId>(v),
                            of.operands[static_cast<size_t>(std::stoi(value.name.substr(2)))]);
    }
    VITRINE_TRY(interpreter.run());
    Outcome outcome{interpreter.get(out), std::vector<std::vector<double>>(of.operands.size())};
    for (size_t i = 0; i < gradients.size(); ++i) {
        const Value& value = function.program.value(function.in[i]);
        const auto operand = static_cast<size_t>(std::stoi(value.name.substr(2)));
        outcome.gradients[operand] =
            gradients[i] == noValue
                ? std::vector<double>(static_cast<size_t>(value.shape.elements()), 0.0)
                : interpreter.get(gradients[i]);
    }
    return outcome;
}

}  // namespace vitrine::test
