// SPDX-License-Identifier: Apache-2.0
// Unrolling of recurrent layers of given weights.
#include "core/ops/families/given_recurrent_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/sequence_rules.h"

namespace vitrine::given_recurrent {

namespace {

enum Port : size_t { X, W, R, Bias, Lengths, H0, C0, Peepholes };

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const size_t end = std::min(text.find(separator), text.size());
        parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

/// Functions with numbers, and what these are where none are given.
struct Known {
    std::string_view id;
    int numbers;
    double alpha, beta;
};
constexpr Known knownFunctions[] = {{"sigmoid", 0, 0, 0},
                                    {"tanh", 0, 0, 0},
                                    {"relu", 0, 0, 0},
                                    {"softsign", 0, 0, 0},
                                    {"softplus", 0, 0, 0},
                                    {"affine", 2, 1, 0},
                                    {"leaky_relu", 1, 0.01, 0},
                                    {"thresholded_relu", 1, 1, 0},
                                    {"scaled_tanh", 2, 1, 1},
                                    {"hard_sigmoid", 2, 0.2, 0.5},
                                    {"elu", 1, 1, 0}};

Error noActivation(std::string_view word) {
    return shapeError(
        fmt::format("activations has '{}', wanted a function like sigmoid or elu:0.5", word));
}

int directionsOf(const Attrs& attrs) { return attrs.text("direction") == "bidirectional" ? 2 : 1; }

/// Those of all directions, one after the other.
Result<std::vector<Activation>> functionsOf(const Layer& layer, const Attrs& attrs) {
    std::vector<std::string_view> words = split(attrs.text("activations"), ',');
    const std::vector<std::string_view> usual = layer.functions();
    if (words.empty())
        for (int direction = 0; direction < directionsOf(attrs); ++direction)
            words.insert(words.end(), usual.begin(), usual.end());
    const size_t wanted = usual.size() * static_cast<size_t>(directionsOf(attrs));
    if (words.size() != wanted)
        return shapeError(
            fmt::format("activations names {} functions, wanted {}", words.size(), wanted));
    std::vector<Activation> functions;
    for (std::string_view word : words) {
        auto function = activationFrom(word);
        if (!function) return function.error();
        functions.push_back(std::move(*function));
    }
    return functions;
}

Result<void> needExtent(std::string_view port, const ValueShape& of, int axis, int64_t wanted) {
    if (!of.isThere || of.shape[axis] == wanted) return {};
    return shapeError(
        fmt::format("{} needs {} places on axis {}, got {}", port, wanted, axis, of.shape.text()));
}

}  // namespace

Result<Activation> activationFrom(std::string_view word) {
    const std::vector<std::string_view> parts = split(word, ':');
    if (parts.empty()) return noActivation(word);
    const auto known = std::ranges::find(knownFunctions, parts[0], &Known::id);
    if (known == std::end(knownFunctions) || std::ssize(parts) > known->numbers + 1)
        return noActivation(word);
    Activation function{std::string(known->id), known->alpha, known->beta};
    for (size_t i = 1; i < parts.size(); ++i) {
        double& number = i == 1 ? function.alpha : function.beta;
        const char* const end = parts[i].data() + parts[i].size();
        const auto [stop, error] = std::from_chars(parts[i].data(), end, number);
        if (error != std::errc{} || stop != end) return noActivation(word);
    }
    return function;
}

ValueId Step::apply(size_t which, ValueId x) const {
    Builder& b = m_b;
    if (const double clip = m_attrs.real("clip"); clip > 0)
        x = b.emit("clamp", b.attrs("clamp").with("low", -clip).with("high", clip), {x});
    const auto& [op, alpha, beta] = m_functions[which];
    if (op == "affine") return pointwise::shifted(b, b.scale(x, alpha), beta);
    if (op == "scaled_tanh") return b.scale(b.emit("tanh", {b.scale(x, beta)}), alpha);
    if (op == "leaky_relu") return b.emit(op, b.attrs(op).with("slope", alpha), {x});
    if (op == "elu") return b.emit(op, b.attrs(op).with("alpha", alpha), {x});
    if (op == "thresholded_relu")
        return b.emit("threshold", b.attrs("threshold").with("threshold", alpha), {x});
    if (op == "hard_sigmoid")
        return b.emit(op, b.attrs(op).with("slope", alpha).with("offset", beta), {x});
    return b.emit(op, {x});
}

ValueId Step::gate(ValueId gates, int which) const {
    return block::slice(m_b, gates, 1, which * hidden(), hidden());
}

ValueId Step::fromHidden(ValueId h, int first, int count) const {
    const int64_t from = first * hidden(), rows = count * hidden();
    const ValueId bias = m_weights.hiddenBias == noValue
                             ? noValue
                             : block::slice(m_b, m_weights.hiddenBias, 0, from, rows);
    return block::linear(m_b, h, block::slice(m_b, m_weights.r, 0, from, rows), bias);
}

Result<std::vector<ValueShape>> shapes(const Layer& layer, const Attrs& attrs,
                                       std::span<const ValueShape> in) {
    const Shape &x = in[X].shape, &w = in[W].shape, &r = in[R].shape;
    const int64_t hidden = r[2], rows = layer.gates * hidden;
    VITRINE_TRY(needExtent("w", in[W], 0, directionsOf(attrs)));
    VITRINE_TRY(needExtent("r", in[R], 1, rows));
    VITRINE_TRY(needExtent("bias", in[Bias], 1, 2 * rows));
    if (layer.hasCell) VITRINE_TRY(needExtent("peepholes", in[Peepholes], 1, 3 * hidden));
    const auto functions = functionsOf(layer, attrs);
    if (!functions) return functions.error();
    const Shape y{x[0], w[0], x[1], hidden};
    VITRINE_TRY(needSize("result", y));
    std::vector<ValueShape> results{{y, in[X].dtype}};
    results.resize(layer.hasCell ? 3 : 2, {Shape{w[0], x[1], hidden}, in[X].dtype});
    return results;
}

namespace {

/// Hidden states of all steps [T, 1, N, H] in the order of the steps, and the last state.
struct Run {
    ValueId all = noValue;
    State last;
};

class Direction {
  public:
    Direction(const Layer& layer, Builder& b, const Attrs& attrs, std::span<const ValueId> in)
        : m_layer(layer), m_b(b), m_attrs(attrs), m_in(in) {}

    Run run(int64_t direction, std::vector<Activation> functions) {
        const bool isBack = direction == 1 || m_attrs.text("direction") == "reverse";
        const Step step(m_b, m_attrs, weights(direction), std::move(functions));
        const ValueId x = isBack ? turned(m_in[X]) : m_in[X];
        State state{.hidden = start(H0, direction)};
        if (m_layer.hasCell) state.cell = start(C0, direction);
        std::vector<ValueId> hidden;
        const ValueId fromInputs = block::linear(m_b, x, step.weights().w, step.weights().inBias);
        const Shape s = m_b.shape(fromInputs);
        for (int64_t t = 0; t < s[0]; ++t) {
            const ValueId fromInput =
                m_b.reshape(block::slice(m_b, fromInputs, 0, t, 1), {s[1], s[2]});
            hidden.push_back(take(m_layer.step(step, fromInput, state), t, state));
        }
        ValueId all = block::concat(m_b, hidden, 0);
        if (isBack) all = turned(all);
        const Shape one = m_b.shape(all);
        return {m_b.reshape(all, {one[0], 1, one[1], one[2]}), state};
    }

  private:
    /// A part of an operand [D, …], or noValue.
    ValueId part(size_t port, int64_t direction) {
        if (m_in[port] == noValue) return noValue;
        const Shape whole = m_b.shape(m_in[port]);
        return m_b.reshape(block::slice(m_b, m_in[port], 0, direction, 1),
                           Shape(whole.dims().subspan(1)));
    }
    Weights weights(int64_t direction) {
        Weights own{.w = part(W, direction), .r = part(R, direction)};
        if (const ValueId bias = part(Bias, direction); bias != noValue) {
            const int64_t rows = m_b.shape(own.w)[0];
            own.inBias = block::slice(m_b, bias, 0, 0, rows);
            own.hiddenBias = block::slice(m_b, bias, 0, rows, rows);
        }
        if (m_layer.hasCell) own.peepholes = part(Peepholes, direction);
        return own;
    }
    ValueId start(size_t port, int64_t direction) {
        const ValueId given = part(port, direction);
        if (given != noValue) return given;
        return m_b.constant({m_b.shape(m_in[X])[1], m_b.shape(m_in[R])[2]}, m_b.dtype(m_in[X]), 0);
    }
    ValueId turned(ValueId steps) {
        return m_in[Lengths] == noValue ? axis::turned(m_b, steps, 0)
                                        : sequence::turned(m_b, steps, m_in[Lengths], 0);
    }
    /// Takes over the state behind step t, of sequences that have it, and gives what the result has
    /// there: [1, N, H].
    ValueId take(const State& now, int64_t t, State& state) {
        const Shape shape = m_b.shape(now.hidden), one{1, shape[0], shape[1]};
        if (m_in[Lengths] == noValue) {
            state = now;
            return m_b.reshape(now.hidden, one);
        }
        const ValueId isThere = sequence::isThere(m_b, m_in[Lengths], t);
        const auto chosen = [&](ValueId a, ValueId b) {
            return m_b.emit("where", {isThere, a, b});
        };
        const ValueId zero = m_b.constant({}, m_b.dtype(now.hidden), 0);
        state.hidden = chosen(now.hidden, state.hidden);
        if (m_layer.hasCell) state.cell = chosen(now.cell, state.cell);
        return m_b.reshape(chosen(now.hidden, zero), one);
    }

    const Layer& m_layer;
    Builder& m_b;
    const Attrs& m_attrs;
    std::span<const ValueId> m_in;
};

}  // namespace

std::vector<ValueId> build(const Layer& layer, Builder& b, const Attrs& attrs,
                           std::span<const ValueId> in) {
    const auto functions = functionsOf(layer, attrs);
    VITRINE_CHECK(functions.ok(), "a composite is built after its fields were checked");
    const int count = directionsOf(attrs);
    const auto each = std::ssize(*functions) / count;
    std::vector<ValueId> all, hidden, cells;
    for (int direction = 0; direction < count; ++direction) {
        const auto first = functions->begin() + direction * each;
        const Run run = Direction(layer, b, attrs, in).run(direction, {first, first + each});
        const Shape s = b.shape(run.last.hidden), one{1, s[0], s[1]};
        all.push_back(run.all);
        hidden.push_back(b.reshape(run.last.hidden, one));
        if (layer.hasCell) cells.push_back(b.reshape(run.last.cell, one));
    }
    std::vector<ValueId> results{block::concat(b, all, 1), block::concat(b, hidden, 0)};
    if (layer.hasCell) results.push_back(block::concat(b, cells, 0));
    return results;
}

}  // namespace vitrine::given_recurrent
