// SPDX-License-Identifier: Apache-2.0
// Gated recurrent unit (Cho et al. 2014) of given weights, unrolled over its steps.
#include "core/ops/families/given_recurrent_rules.h"

namespace vitrine::ops::gru_given {

namespace {

using given_recurrent::State;
using given_recurrent::Step;

// Gates in the order update, reset, candidate.
State step(const Step& step, ValueId fromInput, const State& was) {
    Builder& b = step.builder();
    const bool resetsProduct = step.attrs().flag("reset_behind");
    const ValueId asked = step.fromHidden(was.hidden, 0, resetsProduct ? 3 : 2);
    const auto gate = [&](int which) {
        return step.apply(0, b.add(step.gate(fromInput, which), step.gate(asked, which)));
    };
    const ValueId update = gate(0), reset = gate(1);
    const ValueId fromHidden = resetsProduct ? b.mul(reset, step.gate(asked, 2))
                                             : step.fromHidden(b.mul(reset, was.hidden), 2, 1);
    const ValueId candidate = step.apply(1, b.add(step.gate(fromInput, 2), fromHidden));
    return {.hidden = b.add(candidate, b.mul(update, b.sub(was.hidden, candidate)))};
}

std::vector<std::string_view> usual() { return {"sigmoid", "tanh"}; }

constexpr given_recurrent::Layer layer = {
    .gates = 3, .hasCell = false, .functions = usual, .step = step};

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
constexpr FieldSpec fields[] = {
    given_recurrent::directionField,
    given_recurrent::activationsField,
    given_recurrent::clipField,
    {.id = "reset_behind",
     .title = "Reset behind the product",
     .type = FieldType::Bool,
     .help = "Whether the reset gate weighs what the candidate asks of the hidden state, as in "
             "PyTorch; otherwise it weighs the hidden state itself."}};

constexpr OpSample samples[] = {
    {"", "3x2x3 1x6x3 1x6x2 - - -"},
    {"direction=bidirectional reset_behind=true", "2x2x3 2x6x3 2x6x2 2x12 - 2x2x2"},
    {"direction=reverse reset_behind=true", "3x2x2 1x6x2 1x6x2 1x12 2:i64<4 -"},
    {"clip=3 activations=sigmoid,relu", "2x1x3 1x6x3 1x6x2 1x12 1<3 -"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "3x2x3 1x7x3 1x7x2 - - -", "r needs 6 places on axis 1, got [1, 7, 2]"},
    {"direction=bidirectional", "3x2x3 1x6x3 1x6x2 - - -", "w needs 2 places on axis 0, got"},
    {"activations=cosine,tanh", "3x2x3 1x6x3 1x6x2 - - -",
     "activations has 'cosine', wanted a function"},
    {"activations=tanh,tanh,tanh,tanh", "3x2x3 1x6x3 1x6x2 - - -",
     "activations names 4 functions, wanted 2"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "gru_given",
    .title = "GRU of given weights",
    .category = "linear",
    .summary = "Reads sequences step by step with two gates, whose weights come over edges.",
    .formula =
        "z, r = f(w · x + r · h + bias);  n = g(xₙ + rₙ · (r h)), or xₙ + r (rₙ · h);  h = (1 − z) "
        "n + z h",
    .searchWords = "recurrent gated unit onnx sequence",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::gru_given
