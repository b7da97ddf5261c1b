// SPDX-License-Identifier: Apache-2.0
// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate and the peepholes
// of Gers et al. 2000) of given weights, unrolled over its steps.
#include "core/ops/families/given_recurrent_rules.h"

namespace vitrine::ops::lstm_given {

namespace {

using given_recurrent::State;
using given_recurrent::Step;

/// What the gate at a place of input, output, forget asks of the cell.
ValueId peep(const Step& step, int which, ValueId cell, ValueId asked) {
    const ValueId all = step.weights().peepholes;
    if (all == noValue) return asked;
    Builder& b = step.builder();
    const ValueId row = b.reshape(all, {1, b.shape(all)[0]});
    return b.add(asked, b.mul(step.gate(row, which), cell));
}

// Gates in the order input, output, forget, cell. The output gate looks at the new cell.
State step(const Step& step, ValueId fromInput, const State& was) {
    Builder& b = step.builder();
    const ValueId asked = b.add(fromInput, step.fromHidden(was.hidden, 0, 4));
    const auto gate = [&](int which, ValueId cell) {
        return step.apply(0, peep(step, which, cell, step.gate(asked, which)));
    };
    const ValueId in = gate(0, was.cell);
    const ValueId forget =
        step.attrs().flag("coupled")
            ? b.emit("shift", b.attrs("shift").with("offset", 1.0), {b.scale(in, -1)})
            : gate(2, was.cell);
    const ValueId candidate = step.apply(1, step.gate(asked, 3));
    const ValueId cell = b.add(b.mul(forget, was.cell), b.mul(in, candidate));
    const ValueId out = gate(1, cell);
    return {.hidden = b.mul(out, step.apply(2, cell)), .cell = cell};
}

std::vector<std::string_view> usual() { return {"sigmoid", "tanh", "tanh"}; }

constexpr given_recurrent::Layer layer = {
    .gates = 4, .hasCell = true, .functions = usual, .step = step};

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    return given_recurrent::shapes(layer, attrs, in);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return given_recurrent::build(layer, b, attrs, in);
}

constexpr PortSpec inputs[] = {given_recurrent::input,
                               given_recurrent::inWeight,
                               given_recurrent::hiddenWeight,
                               given_recurrent::biases,
                               given_recurrent::lengths,
                               given_recurrent::start("h0", "Hidden state"),
                               given_recurrent::start("c0", "Cell state"),
                               given_recurrent::peepholes};
constexpr PortSpec outputs[] = {given_recurrent::output,
                                given_recurrent::last("h", "Last hidden state"),
                                given_recurrent::last("c", "Last cell state")};
constexpr FieldSpec fields[] = {
    given_recurrent::directionField,
    given_recurrent::activationsField,
    given_recurrent::clipField,
    {.id = "coupled",
     .title = "Coupled gates",
     .type = FieldType::Bool,
     .help = "Whether what is forgotten is what the input gate leaves; otherwise a gate of its "
             "own says it."}};

constexpr OpSample samples[] = {
    {"", "3x2x3 1x8x3 1x8x2 - - - - -"},
    {"direction=bidirectional", "2x2x3 2x8x3 2x8x2 2x16 - 2x2x2 2x2x2 2x6"},
    {"direction=reverse", "3x2x2 1x8x2 1x8x2 1x16 2:i64<4 - 1x2x2 -"},
    {"clip=3 coupled=true activations=sigmoid,softsign,tanh", "2x1x3 1x8x3 1x8x2 - 1<3 - - 1x6"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "3x2x3 1x9x3 1x9x2 - - - - -", "r needs 8 places on axis 1, got [1, 9, 2]"},
    {"direction=bidirectional", "3x2x3 1x8x3 1x8x2 - - - - -", "w needs 2 places on axis 0, got"},
    {"activations=cosine,tanh,tanh", "3x2x3 1x8x3 1x8x2 - - - - -",
     "activations has 'cosine', wanted a function"},
    {"activations=tanh,tanh,tanh,tanh", "3x2x3 1x8x3 1x8x2 - - - - -",
     "activations names 4 functions, wanted 3"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "lstm_given",
    .title = "LSTM of given weights",
    .category = "linear",
    .summary = "Reads sequences step by step with three gates, whose weights come over edges.",
    .formula =
        "i, o, f = f(w · x + r · h + p c + bias);  c = f c + i g(w · x + r · h + bias);  h = o "
        "h(c)",
    .searchWords = "recurrent long short term memory peephole onnx sequence",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::lstm_given
