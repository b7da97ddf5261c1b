// SPDX-License-Identifier: Apache-2.0
// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al.
// 2000), unrolled over its steps.
#include "core/ops/families/recurrent_rules.h"

namespace vitrine::ops::lstm {

namespace {

// Gates in the order input, forget, cell, output: c = f · c + i · g, h = o · tanh(c).
recurrent::State cell(Builder& b, ValueId fromInput, ValueId fromHidden,
                      const recurrent::State& was) {
    const int64_t hidden = b.shape(was.hidden)[1];
    const ValueId gates = b.add(fromInput, fromHidden);
    const auto gate = [&](int which) { return recurrent::gate(b, gates, which, hidden); };
    const ValueId in = b.emit("sigmoid", {gate(0)}), forget = b.emit("sigmoid", {gate(1)}),
                  candidate = b.emit("tanh", {gate(2)}), out = b.emit("sigmoid", {gate(3)});
    const ValueId now = b.add(b.mul(forget, was.cell), b.mul(in, candidate));
    return {.hidden = b.mul(out, b.emit("tanh", {now})), .cell = now};
}

constexpr recurrent::Layer layer = {.gates = 4, .states = 2, .cell = cell};

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    return recurrent::shapes(layer, attrs, in);
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    return recurrent::parameters(layer, attrs, in);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return recurrent::build(layer, b, attrs, in);
}

constexpr PortSpec inputs[] = {recurrent::input,
                               recurrent::start("h0", "Hidden state"),
                               recurrent::start("c0", "Cell state"),
                               recurrent::inWeight,
                               recurrent::hiddenWeight,
                               recurrent::inBias,
                               recurrent::hiddenBias,
                               recurrent::inWeightBack,
                               recurrent::hiddenWeightBack,
                               recurrent::inBiasBack,
                               recurrent::hiddenBiasBack};
constexpr PortSpec outputs[] = {recurrent::output, recurrent::last("h", "Last hidden state"),
                                recurrent::last("c", "Last cell state")};

constexpr OpSample samples[] = {{"hidden=2", "2x3x2 - -"},
                                {"hidden=2 bidirectional=true", "1x2x3 2x1x2 2x1x2"},
                                {"hidden=1 batch_first=false", "2x3x2 1x3x1 -"},
                                {"hidden=2 bias=false", "2x2x3 - -"},
                                {"hidden=1 bias=false bidirectional=true", "2x3x2 - 2x2x1"}};
constexpr OpErrorSample errorSamples[] = {
    {"hidden=2", "2x3x4 1x3x2 -", "h0 needs shape [1, 2, 2], got [1, 3, 2]"},
    {"hidden=2 bidirectional=true", "2x3x4 - 1x2x2", "c0 needs shape [2, 2, 2], got [1, 2, 2]"},
    {"", "2x3 - -", "x needs shape [N, T, F], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "lstm",
    .title = "LSTM",
    .category = "linear",
    .summary = "Reads a sequence step by step and carries what its gates keep.",
    .formula =
        "[i, f, g, o] = σ, σ, tanh, σ of weight_ih · x + bias_ih + weight_hh · h + bias_hh;  "
        "c = f · c + i · g;  h = o · tanh(c), without bias_ih and bias_hh where there is no bias",
    .searchWords = "recurrent rnn sequence long short term memory",
    .inputs = inputs,
    .outputs = outputs,
    .fields = recurrent::fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::lstm
