// SPDX-License-Identifier: Apache-2.0
// Lowered, derived, and run by the interpreter.
#include "tests/support/onnx_derivatives.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/autodiff/transform.h"
#include "core/graph/lower.h"
#include "core/tensor/element.h"
#include "tests/support/interpreter.h"

namespace vitrine::test {

std::vector<double> numbersOf(const TensorView& tensor) {
    std::vector<double> numbers;
    for (int64_t i = 0; i < tensor.shape.elements(); ++i)
        numbers.push_back(readElement(tensor.bytes.data(), tensor.dtype, i));
    return numbers;
}

double distance(const std::vector<double>& ours, const std::vector<double>& wanted) {
    if (ours.size() != wanted.size()) return std::numeric_limits<double>::infinity();
    double largest = 0, apart = 0;
    for (size_t i = 0; i < ours.size(); ++i) {
        largest = std::max(largest, std::abs(wanted[i]));
        // Not a maximum: it would leave NaN out.
        if (!(std::abs(ours[i] - wanted[i]) <= apart)) apart = std::abs(ours[i] - wanted[i]);
    }
    return apart == 0 ? 0 : apart / largest;
}

Result<std::vector<double>> derivedOf(const onnx::Network& network, const TensorView& x,
                                      const TensorView& cotangent, const Append& append) {
    LowerOptions options{.training = false, .withLoss = false, .floatType = DType::F64};
    options.batch = network.batch > 0 ? x.shape[0] : 1;
    Result<Program> program = lower(network.graph, options);
    if (!program.ok()) return program.error();
    const ValueId in = program->data.front().value, y = program->outputs.front().value;
    Builder builder(*program, {.training = false, .floatType = DType::F64});
    const ValueId along = builder.addInput("cotangent", builder.shape(y), DType::F64);
    const ValueId v = builder.addInput("v", builder.shape(in), DType::F64);
    const Result<ValueId> asked = append(builder, in, y, along);
    if (!asked.ok()) return asked.error();
    Interpreter interpreter(*program);
    interpreter.set(in, numbersOf(x));
    interpreter.set(along, numbersOf(cotangent));
    interpreter.set(v, numbersOf(x));
    for (const StateBinding& state : program->states)
        interpreter.set(state.in, numbersOf({.name = {},
                                             .dtype = state.data->dtype,
                                             .shape = state.data->shape,
                                             .bytes = state.data->bytes}));
    VITRINE_TRY(interpreter.run());
    return interpreter.get(*asked);
}

Result<ValueId> appendGradient(Builder& b, ValueId x, ValueId y, ValueId cotangent) {
    const auto gradients = appendVjp(b, {&y, 1}, {&cotangent, 1}, {&x, 1});
    if (!gradients.ok()) return gradients.error();
    return gradients->front();
}

}  // namespace vitrine::test
