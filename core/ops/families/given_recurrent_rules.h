// SPDX-License-Identifier: Apache-2.0
// Recurrent layers whose weights come over edges and lie as in ONNX: both directions in one value,
// biases of input and hidden state side by side. Sequences may have lengths of their own, gates any
// activation.
#pragma once

#include <string>
#include <vector>

#include "core/opdef/descriptor.h"

namespace vitrine::given_recurrent {

/// What goes from step to step, each [N, H].
struct State {
    ValueId hidden = noValue, cell = noValue;
};

/// One of a list of activations: `sigmoid`, or `elu:0.5` with numbers of its own.
struct Activation {
    std::string op;
    double alpha = 0, beta = 0;
};
/// Errors: "shape", naming the word that is none.
Result<Activation> activationFrom(std::string_view word);

/// Weights of one direction: w [G, F], r [G, H], biases [G], or noValue where there is none;
/// `peepholes` [3 H].
struct Weights {
    ValueId w = noValue, r = noValue, inBias = noValue, hiddenBias = noValue, peepholes = noValue;
};

/// What a step of one direction is computed with.
class Step {
  public:
    Step(Builder& b, const Attrs& attrs, const Weights& weights, std::vector<Activation> functions)
        : m_b(b), m_attrs(attrs), m_weights(weights), m_functions(std::move(functions)) {}

    Builder& builder() const { return m_b; }
    const Attrs& attrs() const { return m_attrs; }
    const Weights& weights() const { return m_weights; }
    int64_t hidden() const { return m_b.shape(m_weights.r)[1]; }

    /// The activation at a place of the list, of what is cut to ±clip first.
    ValueId apply(size_t which, ValueId x) const;
    /// Part `which` of gates [N, G].
    ValueId gate(ValueId gates, int which) const;
    /// h · rᵀ + bias for parts `first` to `first + count` of the gates.
    ValueId fromHidden(ValueId h, int first, int count) const;

  private:
    Builder& m_b;
    const Attrs& m_attrs;
    Weights m_weights;
    std::vector<Activation> m_functions;
};

struct Layer {
    int gates = 1;
    bool hasCell = false;  ///< ports c0 and peepholes, and a third result
    std::vector<std::string_view> (*functions)() = nullptr;  ///< where none are named
    /// The state behind a step: fromInput [N, G] is what the input asks of the gates.
    State (*step)(const Step& step, ValueId fromInput, const State& was) = nullptr;
};

// Ports: x, w, r, bias, lengths, h0; of a layer with cells c0 and peepholes too.
Result<std::vector<ValueShape>> shapes(const Layer& layer, const Attrs& attrs,
                                       std::span<const ValueShape> in);
std::vector<ValueId> build(const Layer& layer, Builder& b, const Attrs& attrs,
                           std::span<const ValueId> in);

constexpr PortSpec port(std::string_view id, std::string_view title, std::string_view pattern,
                        std::string_view help, bool optional = false) {
    return {.id = id, .title = title, .pattern = pattern, .help = help, .optional = optional};
}
inline constexpr PortSpec input =
    port("x", "Input", "[T, N, F]", "A row of features for each step and sequence.");
inline constexpr PortSpec inWeight =
    port("w", "Input weight", "[D, G, F]",
         "For each direction what the gates ask of the input, one gate's rows after another's.");
inline constexpr PortSpec hiddenWeight =
    port("r", "Hidden weight", "[D, G, H]", "Likewise what they ask of the hidden state.");
inline constexpr PortSpec biases =
    port("bias", "Bias", "[D, B]",
         "Numbers that are added to both, those of the input first; zeros without it.", true);
inline constexpr PortSpec lengths = {
    .id = "lengths",
    .title = "Lengths",
    .types = indexTypes,
    .hasOwnType = true,
    .pattern = "[N]",
    .help = "Steps of each sequence: past them the result is 0. All steps without it.",
    .optional = true};
constexpr PortSpec start(std::string_view id, std::string_view title) {
    return port(id, title, "[D, N, H]", "What the first step finds; zeros without it.", true);
}
inline constexpr PortSpec peepholes =
    port("peepholes", "Peepholes", "[D, P]",
         "What the gates input, output and forget ask of the cell; nothing without it.", true);
inline constexpr PortSpec output =
    port("y", "Output", "[T, D, N, H]", "Hidden state after each step, for each direction.");
constexpr PortSpec last(std::string_view id, std::string_view title) {
    return port(id, title, "[D, N, H]", "The state after the last step of each sequence.");
}

inline constexpr std::string_view directions[] = {"forward", "reverse", "bidirectional"};
inline constexpr FieldSpec directionField = {
    .id = "direction",
    .title = "Direction",
    .type = FieldType::Choice,
    .defaultText = "forward",
    .help = "Whether steps are read from the first, from the last, or once each.",
    .choices = directions,
    .onNode = OnNode::Named};
inline constexpr FieldSpec activationsField = {
    .id = "activations",
    .title = "Activations",
    .type = FieldType::Text,
    .help =
        "Functions of the gates between commas, first those of one direction, then those of "
        "the other; numbers of a function follow it behind colons: sigmoid, tanh, relu, "
        "softsign, softplus, affine:a:b, leaky_relu:a, thresholded_relu:a, scaled_tanh:a:b, "
        "hard_sigmoid:a:b, elu:a. Empty: the usual ones."};
inline constexpr FieldSpec clipField = {
    .id = "clip",
    .title = "Clip",
    .type = FieldType::Real,
    .defaultNumber = 0,
    .minimum = 0,
    .maximum = 1e30,
    .help = "What activations are given is brought between ± this number; 0: as it is."};

}  // namespace vitrine::given_recurrent
