// SPDX-License-Identifier: Apache-2.0
// Recurrent layers over a fixed number of steps, unrolled: one cell per step and direction. Weights
// lie as in PyTorch.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::recurrent {

/// What goes from step to step, each [N, H]; a layer without cells has no `cell`.
struct State {
    ValueId hidden = noValue, cell = noValue;
};
/// One step: the gates [N, gates · H] that the input and the hidden state ask for, and what was.
using Cell = State (*)(Builder&, ValueId fromInput, ValueId fromHidden, const State& was);

struct Layer {
    int gates = 1;   ///< parts of a weight's rows
    int states = 1;  ///< 2: hidden and cell
    Cell cell = nullptr;
};

// Ports: x, one start for each state, then weights of both directions, four each.
Result<std::vector<ValueShape>> shapes(const Layer& layer, const Attrs& attrs,
                                       std::span<const ValueShape> in);
std::vector<ParamSpec> parameters(const Layer& layer, const Attrs& attrs,
                                  std::span<const ValueShape> in);
std::vector<ValueId> build(const Layer& layer, Builder& b, const Attrs& attrs,
                           std::span<const ValueId> in);

/// Part `which` of gates [N, gates · H].
ValueId gate(Builder& b, ValueId gates, int which, int64_t hidden);

inline constexpr PortSpec input = {.id = "x",
                                   .title = "Input",
                                   .pattern = "[N, T, F]",
                                   .help =
                                       "A row of features for each step; the first two axes are "
                                       "images and steps, or steps and images."};
constexpr PortSpec start(std::string_view id, std::string_view title) {
    return {.id = id,
            .title = title,
            .pattern = "[D, M, H]",
            .help = "What the first step finds, for each direction; zeros without it.",
            .optional = true};
}
constexpr PortSpec weight(std::string_view id, std::string_view title, std::string_view pattern,
                          std::string_view onlyIf = {}) {
    return {.id = id,
            .title = title,
            .role = PortRole::Parameter,
            .pattern = pattern,
            .help = "Trained numbers of the gates, one gate's rows after another's.",
            .onlyIf = onlyIf};
}
inline constexpr PortSpec inWeight = weight("weight_ih", "Input weight", "[G, F]");
inline constexpr PortSpec hiddenWeight = weight("weight_hh", "Hidden weight", "[G, H]");
inline constexpr PortSpec inBias = weight("bias_ih", "Input bias", "[G]", "bias");
inline constexpr PortSpec hiddenBias = weight("bias_hh", "Hidden bias", "[G]", "bias");
inline constexpr PortSpec inWeightBack =
    weight("weight_ih_reverse", "Input weight, backwards", "[G, F]", "bidirectional");
inline constexpr PortSpec hiddenWeightBack =
    weight("weight_hh_reverse", "Hidden weight, backwards", "[G, H]", "bidirectional");
inline constexpr PortSpec inBiasBack =
    weight("bias_ih_reverse", "Input bias, backwards", "[G]", "bias bidirectional");
inline constexpr PortSpec hiddenBiasBack =
    weight("bias_hh_reverse", "Hidden bias, backwards", "[G]", "bias bidirectional");

inline constexpr PortSpec output = {
    .id = "y",
    .title = "Output",
    .pattern = "[N, T, K]",
    .help = "Hidden state after each step; of both directions side by side."};
constexpr PortSpec last(std::string_view id, std::string_view title) {
    return {.id = id,
            .title = title,
            .pattern = "[D, M, H]",
            .help = "The state after the last step of each direction."};
}

inline constexpr FieldSpec fields[] = {
    {.id = "hidden",
     .title = "Hidden features",
     .defaultNumber = 64,
     .minimum = 1,
     .maximum = 65536,
     .help = "Numbers that go from step to step.",
     .onNode = OnNode::Value},
    {.id = "bidirectional",
     .title = "Both directions",
     .type = FieldType::Bool,
     .help = "Whether a second layer of its own weights reads the steps backwards.",
     .onNode = OnNode::Named},
    {.id = "bias",
     .title = "Bias",
     .type = FieldType::Bool,
     .defaultNumber = 1,
     .help = "Whether trained numbers are added to what the gates ask of input and hidden state."},
    {.id = "batch_first",
     .title = "Images first",
     .type = FieldType::Bool,
     .defaultNumber = 1,
     .help = "Whether the axes are images, steps, features; else steps, images, features."}};

}  // namespace vitrine::recurrent
