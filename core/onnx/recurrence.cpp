// SPDX-License-Identifier: Apache-2.0
// Weights of both directions, steps, and what they give.
#include "core/onnx/recurrence.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace vitrine::onnx {

namespace {

enum Input { X, W, R, B, Lengths, Hidden, Cell, Peepholes };

struct Usual {
    std::string_view name;
    std::optional<double> alpha, beta;
};
constexpr Usual functions[] = {
    {"Relu", {}, {}},         {"Tanh", {}, {}},          {"Sigmoid", {}, {}},
    {"Affine", 1.0, 0.0},     {"LeakyRelu", 0.01, {}},   {"ThresholdedRelu", 1.0, {}},
    {"ScaledTanh", 1.0, 1.0}, {"HardSigmoid", 0.2, 0.5}, {"Elu", 1.0, {}},
    {"Softsign", {}, {}},     {"Softplus", {}, {}}};

/// The functions of all directions; numbers of the lists go to those that take some, in order.
std::vector<CellFunction> functionsOf(const Context& c, const Recurrence& layer, size_t passes) {
    std::vector<std::string> names;
    if (const auto said = c.texts("activations"))
        names = *said;
    else
        for (size_t k = 0; k < passes; ++k)
            names.insert(names.end(), layer.functions.begin(), layer.functions.end());
    if (names.size() != passes * layer.functions.size())
        c.refuse(fmt::format("attribute activations has {} names, wanted {}", names.size(),
                             passes * layer.functions.size()));
    const auto alphas = c.reals("activation_alpha"), betas = c.reals("activation_beta");
    size_t alpha = 0, beta = 0;
    std::vector<CellFunction> list;
    for (const std::string& name : names) {
        const auto usual = std::ranges::find(functions, name, &Usual::name);
        if (usual == std::end(functions))
            c.refuse(fmt::format("attribute activations has {}, which is not known", name));
        const auto next = [](const auto& said, size_t& k, const std::optional<double>& number) {
            if (!number) return 0.0;
            return said && k < said->size() ? (*said)[k++] : *number;
        };
        CellFunction function{.name = name};
        function.alpha = next(alphas, alpha, usual->alpha);
        function.beta = next(betas, beta, usual->beta);
        list.push_back(function);
    }
    return list;
}

/// Direction `pass` of a value, without that axis.
Value ofPass(Context& c, const Value& x, int64_t pass) {
    const Shape shape = c.shapeOf(x);
    const Value one = c.slice(x, 0, pass, 1);
    return c.reshape(one, {shape.dims().begin() + 1, shape.dims().end()});
}

Value part(Context& c, const Value& x, int64_t start, int64_t length) {
    return c.slice(x, 0, start, length);
}

CellPass passOf(Context& c, const Recurrence& layer, const Value& x, int64_t pass) {
    const int64_t hidden = c.shape(R)[2], rows = layer.gates * hidden;
    CellPass made{.hidden = hidden, .functions = {}, .clip = c.real("clip", 0)};
    made.weight = c.transpose(ofPass(c, c.in(R), pass), {1, 0});
    made.fromInput = c.emit("matmul", {x, c.transpose(ofPass(c, c.in(W), pass), {1, 0})});
    if (c.has(B)) {
        const Value bias = ofPass(c, c.in(B), pass);
        made.fromInput = c.add(made.fromInput, part(c, bias, 0, rows));
        made.bias = part(c, bias, rows, rows);
    }
    if (c.has(Peepholes))
        for (size_t k = 0; k < made.peepholes.size(); ++k)
            made.peepholes[k] =
                part(c, ofPass(c, c.in(Peepholes), pass), static_cast<int64_t>(k) * hidden, hidden);
    return made;
}

/// [N, H] of a direction: an input's, or zeros.
Value start(Context& c, size_t k, int64_t pass, bool isBatchFirst, const Shape& state, DType type) {
    if (!c.has(k)) return c.filled(state, type, 0);
    const Value all = isBatchFirst ? c.transpose(c.in(k), {1, 0, 2}) : c.in(k);
    return ofPass(c, all, pass);
}

/// Whether a step belongs to each example: [N, 1]; missing: to all.
Value isWithin(Context& c, int64_t step, DType type) {
    if (!c.has(Lengths)) return {};
    const Value lengths = c.reshape(c.cast(c.in(Lengths), type), {c.shape(Lengths)[0], 1});
    return c.emit("less", {c.scalar(type, static_cast<double>(step)), lengths});
}

struct Given {
    std::vector<Value> rows = {};  ///< [1, 1, N, H] of each step, in their order
    CellState last = {};
};

Given run(Context& c, const Recurrence& layer, const CellPass& pass, CellState state) {
    const Shape rows = c.shapeOf(pass.fromInput);
    const DType type = c.typeOf(pass.fromInput).dtype;
    Given given{std::vector<Value>(static_cast<size_t>(rows[0])), {}};
    for (int64_t k = 0; k < rows[0]; ++k) {
        const int64_t step = pass.isReversed ? rows[0] - 1 - k : k;
        const Value row = c.reshape(c.slice(pass.fromInput, 0, step, 1), {rows[1], rows[2]});
        CellState next = layer.step(c, pass, row, state);
        Value shown = next.hidden;
        if (const Value within = isWithin(c, step, type); !within.isMissing()) {
            shown = c.emit("where", {within, next.hidden, c.scalar(type, 0)});
            next.hidden = c.emit("where", {within, next.hidden, state.hidden});
            if (layer.hasCell) next.cell = c.emit("where", {within, next.cell, state.cell});
        }
        given.rows[static_cast<size_t>(step)] = c.reshape(shown, {1, 1, rows[1], pass.hidden});
        state = next;
    }
    given.last = state;
    return given;
}

int64_t passesOf(const Context& c, std::string& direction) {
    direction = c.text("direction", "forward");
    if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
        c.refuseAttribute("direction", "forward, reverse or bidirectional");
    const int64_t passes = direction == "bidirectional" ? 2 : 1;
    if (c.rank(X) != 3 || c.rank(W) != 3 || c.rank(R) != 3 || c.shape(W)[0] != passes)
        c.refuse(fmt::format("its weights {} do not fit {} and direction {}", c.shape(W).text(),
                             c.shape(X).text(), direction),
                 "O17");
    return passes;
}

/// States of all directions, [D, N, H], or [N, D, H] where examples come first.
Value together(Context& c, const std::vector<Value>& states, bool isBatchFirst) {
    std::vector<Value> apart;
    for (const Value& state : states) {
        const Shape shape = c.shapeOf(state);
        apart.push_back(c.reshape(state, {1, shape[0], shape[1]}));
    }
    const Value all = c.concat(apart, 0);
    return isBatchFirst ? c.transpose(all, {1, 0, 2}) : all;
}

}  // namespace

Value applied(Context& c, const CellFunction& f, const Value& x) {
    const DType type = c.typeOf(x).dtype;
    const auto with = [&](std::string_view op, std::string_view field, double number) {
        return c.emit(op, c.attrs(op).with(field, number), {x});
    };
    if (f.name == "Relu") return c.emit("relu", {x});
    if (f.name == "Tanh") return c.emit("tanh", {x});
    if (f.name == "Sigmoid") return c.emit("sigmoid", {x});
    if (f.name == "Softsign") return c.emit("softsign", {x});
    if (f.name == "Softplus") return c.emit("softplus", {x});
    if (f.name == "LeakyRelu") return with("leaky_relu", "slope", f.alpha);
    if (f.name == "Elu") return with("elu", "alpha", f.alpha);
    if (f.name == "ThresholdedRelu") return with("threshold", "threshold", f.alpha);
    if (f.name == "HardSigmoid")
        return c.emit("hard_sigmoid",
                      c.attrs("hard_sigmoid").with("slope", f.alpha).with("offset", f.beta), {x});
    const Value alpha = c.scalar(type, f.alpha), beta = c.scalar(type, f.beta);
    if (f.name == "Affine") return c.add(c.mul(x, alpha), beta);
    return c.mul(c.emit("tanh", {c.mul(x, beta)}), alpha);  // ScaledTanh
}

Value CellPass::gate(Context& c, size_t k, const Value& x) const {
    if (clip <= 0) return applied(c, functions[k], x);
    const Attrs bounds = c.attrs("clamp").with("low", -clip).with("high", clip);
    return applied(c, functions[k], c.emit("clamp", bounds, {x}));
}

Value gatePart(Context& c, const CellPass& pass, const Value& rows, int k) {
    return c.slice(rows, c.shapeOf(rows).rank() - 1, k * pass.hidden, pass.hidden);
}

Value fromHidden(Context& c, const CellPass& pass, const Value& hidden, bool withBias) {
    const Value product = c.emit("matmul", {hidden, pass.weight});
    return withBias && !pass.bias.isMissing() ? c.add(product, pass.bias) : product;
}

void readRecurrence(Context& c, const Recurrence& layer) {
    std::string direction;
    const int64_t passes = passesOf(c, direction);
    const bool isBatchFirst = c.integer("layout", 0) != 0;
    const Value x = isBatchFirst ? c.transpose(c.in(X), {1, 0, 2}) : c.in(X);
    const Shape state{c.shapeOf(x)[1], c.shape(R)[2]};
    const std::vector<CellFunction> all = functionsOf(c, layer, static_cast<size_t>(passes));
    std::vector<Value> sequences, hidden, cells;
    for (int64_t k = 0; k < passes; ++k) {
        CellPass pass = passOf(c, layer, x, k);
        pass.isReversed = direction == "reverse" || k == 1;
        const auto count = std::ssize(layer.functions);
        pass.functions.assign(all.begin() + k * count, all.begin() + (k + 1) * count);
        CellState first{start(c, Hidden, k, isBatchFirst, state, c.dtype(X)), {}};
        if (layer.hasCell) first.cell = start(c, Cell, k, isBatchFirst, state, c.dtype(X));
        const Given given = run(c, layer, pass, first);
        sequences.push_back(c.concat(given.rows, 0));
        hidden.push_back(given.last.hidden);
        cells.push_back(given.last.cell);
    }
    const Value y = c.concat(sequences, 1);
    if (c.wants(0)) c.give(0, isBatchFirst ? c.transpose(y, {2, 0, 1, 3}) : y);
    if (c.wants(1)) c.give(1, together(c, hidden, isBatchFirst));
    if (layer.hasCell && c.wants(2)) c.give(2, together(c, cells, isBatchFirst));
}

}  // namespace vitrine::onnx
