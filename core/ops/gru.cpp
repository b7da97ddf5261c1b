// SPDX-License-Identifier: Apache-2.0
// Gated recurrent unit (Cho et al. 2014, with the reset behind the product), unrolled over its
// steps.
#include "core/ops/families/recurrent_rules.h"

namespace vitrine::ops::gru {

namespace {

// Gates in the order reset, update, candidate: n = tanh(xₙ + r · hₙ), h = n + z · (h − n).
recurrent::State cell(Builder& b, ValueId fromInput, ValueId fromHidden,
                      const recurrent::State& was) {
    const int64_t hidden = b.shape(was.hidden)[1];
    const auto parts = [&](int which) {
        return std::pair{recurrent::gate(b, fromInput, which, hidden),
                         recurrent::gate(b, fromHidden, which, hidden)};
    };
    const auto [xReset, hReset] = parts(0);
    const auto [xUpdate, hUpdate] = parts(1);
    const auto [xNew, hNew] = parts(2);
    const ValueId reset = b.emit("sigmoid", {b.add(xReset, hReset)}),
                  update = b.emit("sigmoid", {b.add(xUpdate, hUpdate)}),
                  candidate = b.emit("tanh", {b.add(xNew, b.mul(reset, hNew))});
    return {.hidden = b.add(candidate, b.mul(update, b.sub(was.hidden, candidate)))};
}

constexpr recurrent::Layer layer = {.gates = 3, .states = 1, .cell = cell};

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    return recurrent::shapes(layer, attrs, in);
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    return recurrent::parameters(layer, attrs, in);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return recurrent::build(layer, b, attrs, in);
}

constexpr PortSpec inputs[] = {recurrent::input,        recurrent::start("h0", "Hidden state"),
                               recurrent::inWeight,     recurrent::hiddenWeight,
                               recurrent::inBias,       recurrent::hiddenBias,
                               recurrent::inWeightBack, recurrent::hiddenWeightBack,
                               recurrent::inBiasBack,   recurrent::hiddenBiasBack};
constexpr PortSpec outputs[] = {recurrent::output, recurrent::last("h", "Last hidden state")};

constexpr OpSample samples[] = {{"hidden=2", "2x3x2 -"},
                                {"hidden=2 bidirectional=true", "1x2x3 2x1x2"},
                                {"hidden=1 batch_first=false", "2x3x2 1x3x1"},
                                {"hidden=2 bias=false", "2x2x3 -"},
                                {"hidden=1 bias=false bidirectional=true", "2x3x2 2x2x1"}};
constexpr OpErrorSample errorSamples[] = {
    {"hidden=2", "2x3x4 1x3x2", "h0 needs shape [1, 2, 2], got [1, 3, 2]"},
    {"", "2x3 -", "x needs shape [N, T, F], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "gru",
    .title = "GRU",
    .category = "linear",
    .summary = "Reads a sequence step by step and carries what its two gates keep.",
    .formula =
        "[r, z] = σ(weight_ih · x + bias_ih + weight_hh · h + bias_hh);  n = tanh(xₙ + r · "
        "hₙ);  h = n + z · (h − n)",
    .searchWords = "recurrent rnn sequence gated unit",
    .inputs = inputs,
    .outputs = outputs,
    .fields = recurrent::fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::gru
