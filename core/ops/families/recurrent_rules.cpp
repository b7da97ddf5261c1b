// SPDX-License-Identifier: Apache-2.0
// Unrolling of recurrent layers.
#include "core/ops/families/recurrent_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/block_rules.h"

namespace vitrine::recurrent {

namespace {

constexpr int weightsPerDirection = 4;

int directionsOf(const Attrs& attrs) { return attrs.flag("bidirectional") ? 2 : 1; }

/// [directions, images, hidden].
Shape stateShape(const Attrs& attrs, const Shape& x) {
    return {directionsOf(attrs), x[attrs.flag("batch_first") ? 0 : 1], attrs.integer("hidden")};
}

/// Biases are noValue where the layer has none.
struct Weights {
    ValueId in, hidden, inBias, hiddenBias;
};

/// Hidden states of all steps [T, N, H] in the order of the steps, and the state behind the last
/// one.
struct Run {
    ValueId all = noValue;
    State last;
};

/// `steps` [T, N, F].
Run runOver(const Layer& layer, Builder& b, ValueId steps, const Weights& by, State state,
            bool isBackwards) {
    const ValueId fromInputs = block::linear(b, steps, by.in, by.inBias);
    const Shape s = b.shape(fromInputs);
    std::vector<ValueId> hidden;
    for (int64_t i = 0; i < s[0]; ++i) {
        const int64_t step = isBackwards ? s[0] - 1 - i : i;
        const ValueId fromInput = b.reshape(block::slice(b, fromInputs, 0, step, 1), {s[1], s[2]});
        const ValueId fromHidden = block::linear(b, state.hidden, by.hidden, by.hiddenBias);
        state = layer.cell(b, fromInput, fromHidden, state);
        hidden.push_back(b.reshape(state.hidden, {1, s[1], s[2] / layer.gates}));
    }
    if (isBackwards) std::ranges::reverse(hidden);
    return {block::concat(b, hidden, 0), state};
}

}  // namespace

ValueId gate(Builder& b, ValueId gates, int which, int64_t hidden) {
    return block::slice(b, gates, 1, which * hidden, hidden);
}

Result<std::vector<ValueShape>> shapes(const Layer& layer, const Attrs& attrs,
                                       std::span<const ValueShape> in) {
    const Shape& x = in[0].shape;
    const Shape state = stateShape(attrs, x);
    for (int k = 1; k <= layer.states; ++k) {
        const ValueShape& start = in[static_cast<size_t>(k)];
        if (start.isThere && start.shape != state)
            return shapeError(fmt::format("{} needs shape {}, got {}", k == 1 ? "h0" : "c0",
                                          state.text(), start.shape.text()));
    }
    const Shape y{x[0], x[1], state[0] * state[2]};
    VITRINE_TRY(needSize("result", y));
    std::vector<ValueShape> results{{y, in[0].dtype}};
    results.resize(1 + static_cast<size_t>(layer.states), {state, in[0].dtype});
    return results;
}

// Every weight and bias is drawn between ±1 / √hidden, as in PyTorch: √(6 / fanIn).
std::vector<ParamSpec> parameters(const Layer& layer, const Attrs& attrs,
                                  std::span<const ValueShape> in) {
    const int64_t hidden = attrs.integer("hidden"), rows = layer.gates * hidden;
    const Init init{InitKind::KaimingUniform, 6 * hidden, 6 * hidden};
    std::vector<ParamSpec> specs;
    int port = 1 + layer.states;
    for (int direction = 0; direction < directionsOf(attrs); ++direction) {
        specs.push_back({port++, {rows, in[0].shape[2]}, init});
        specs.push_back({port++, {rows, hidden}, init});
        for (int bias = 0; bias < 2; ++bias, ++port)
            if (attrs.flag("bias")) specs.push_back({port, {rows}, init});
    }
    return specs;
}

std::vector<ValueId> build(const Layer& layer, Builder& b, const Attrs& attrs,
                           std::span<const ValueId> in) {
    const bool imagesFirst = attrs.flag("batch_first");
    const Shape all = stateShape(attrs, b.shape(in[0])), one{all[1], all[2]};
    const DType type = b.dtype(in[0]);
    const ValueId steps = imagesFirst ? block::transpose(b, in[0], {1, 0, 2}) : in[0];
    const auto startOf = [&](size_t port, int64_t direction) {
        if (in[port] == noValue) return b.constant(one, type, 0);
        return b.reshape(block::slice(b, in[port], 0, direction, 1), one);
    };
    std::vector<ValueId> outputs, hidden, cells;
    for (int direction = 0; direction < directionsOf(attrs); ++direction) {
        const size_t at = static_cast<size_t>(1 + layer.states + direction * weightsPerDirection);
        State start{.hidden = startOf(1, direction)};
        if (layer.states > 1) start.cell = startOf(2, direction);
        const Run run = runOver(layer, b, steps, {in[at], in[at + 1], in[at + 2], in[at + 3]},
                                start, direction == 1);
        outputs.push_back(run.all);
        hidden.push_back(b.reshape(run.last.hidden, {1, all[1], all[2]}));
        if (layer.states > 1) cells.push_back(b.reshape(run.last.cell, {1, all[1], all[2]}));
    }
    const ValueId y = block::concat(b, outputs, 2);
    std::vector<ValueId> results{imagesFirst ? block::transpose(b, y, {1, 0, 2}) : y,
                                 block::concat(b, hidden, 0)};
    if (layer.states > 1) results.push_back(block::concat(b, cells, 0));
    return results;
}

}  // namespace vitrine::recurrent
