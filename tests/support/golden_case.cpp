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

GoldenCase caseOf(const SafetensorsFile& file, const std::string& number, const std::string& text) {
    const std::vector<std::string> parts = cut(text);
    GoldenCase result{number, parts[0], parts[1], parts[2], parts[3], DType::F32, {}, {}, {}};
    const auto named = [&](const std::string& name) { return file.find(number + "." + name); };
    for (int k = 0; named(fmt::format("in{}", k)); ++k) {
        const TensorView* operand = named(fmt::format("in{}", k));
        if (operand->dtype == DType::F64) result.type = DType::F64;
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
    std::vector<GoldenCase> cases;
    for (const auto& [number, text] : file->metadata) {
        if (text.find('|') == std::string::npos) continue;
        cases.push_back(caseOf(*file, number, text));
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
    for (size_t k = 0; k < of.operands.size(); ++k)
        interpreter.set(function.program.input(fmt::format("in{}", k)), of.operands[k]);
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
