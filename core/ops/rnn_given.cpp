// SPDX-License-Identifier: Apache-2.0
// Recurrent layer (Elman 1990) of given weights, unrolled over its steps.
#include "core/ops/families/given_recurrent_rules.h"

namespace vitrine::ops::rnn_given {

namespace {

using given_recurrent::State;
using given_recurrent::Step;

State step(const Step& step, ValueId fromInput, const State& was) {
    const ValueId asked = step.builder().add(fromInput, step.fromHidden(was.hidden, 0, 1));
    return {.hidden = step.apply(0, asked)};
}

std::vector<std::string_view> usual() { return {"tanh"}; }

constexpr given_recurrent::Layer layer = {
    .gates = 1, .hasCell = false, .functions = usual, .step = step};

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    return given_recurrent::shapes(layer, attrs, in);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return given_recurrent::build(layer, b, attrs, in);
}

constexpr PortSpec inputs[] = {
    given_recurrent::input,        given_recurrent::inWeight,
    given_recurrent::hiddenWeight, given_recurrent::biases,
    given_recurrent::lengths,      given_recurrent::start("h0", "Hidden state")};
constexpr PortSpec outputs[] = {given_recurrent::output,
                                given_recurrent::last("h", "Last hidden state")};
constexpr FieldSpec fields[] = {given_recurrent::directionField, given_recurrent::activationsField,
                                given_recurrent::clipField};

constexpr OpSample samples[] = {
    {"", "3x2x3 1x2x3 1x2x2 - - -"},
    {"direction=bidirectional", "2x2x3 2x2x3 2x2x2 2x4 - 2x2x2"},
    {"direction=reverse activations=elu:0.5", "3x2x2 1x2x2 1x2x2 1x4 2:i64<4 -"},
    {"activations=affine:0.5:0.1 clip=3", "2x1x3 1x2x3 1x2x2 - 1<3 -"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "3x2x3 1x3x3 1x3x2 - - -", "r needs 2 places on axis 1, got [1, 3, 2]"},
    {"direction=bidirectional", "3x2x3 1x2x3 1x2x2 - - -", "w needs 2 places on axis 0, got"},
    {"activations=cosine", "3x2x3 1x2x3 1x2x2 - - -",
     "activations has 'cosine', wanted a function"},
    {"activations=tanh,tanh,tanh,tanh", "3x2x3 1x2x3 1x2x2 - - -",
     "activations names 4 functions, wanted 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "rnn_given",
    .title = "RNN of given weights",
    .category = "linear",
    .summary = "Reads sequences step by step with weights that come over edges.",
    .formula = "h = f(w · x + r · h + bias)",
    .searchWords = "recurrent elman onnx sequence",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::rnn_given
