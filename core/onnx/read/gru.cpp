// SPDX-License-Identifier: Apache-2.0
// GRU: a state that two gates keep or change; the reset gate comes before the product with the
// state, or behind it.
#include "core/onnx/plain_recurrence.h"
#include "core/onnx/recurrence.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::gru {

namespace {

enum Gate { Update, Reset, New };

/// What the new state is made of, from input and gated state.
Value candidate(Context& c, const CellPass& pass, const Value& fromInput, const Value& reset,
                const Value& hidden) {
    const Value input = gatePart(c, pass, fromInput, New);
    if (c.flag("linear_before_reset", false)) {
        const Value asked = gatePart(c, pass, fromHidden(c, pass, hidden, true), New);
        return c.add(input, c.mul(reset, asked));
    }
    const Value gated = fromHidden(c, pass, c.mul(reset, hidden), true);
    return c.add(input, gatePart(c, pass, gated, New));
}

CellState step(Context& c, const CellPass& pass, const Value& fromInput, const CellState& was) {
    const Value sum = c.add(fromInput, fromHidden(c, pass, was.hidden, true));
    const Value update = pass.gate(c, 0, gatePart(c, pass, sum, Update));
    const Value reset = pass.gate(c, 0, gatePart(c, pass, sum, Reset));
    const Value made = pass.gate(c, 1, candidate(c, pass, fromInput, reset, was.hidden));
    const Value one = c.scalar(c.typeOf(made).dtype, 1);
    return {c.add(c.mul(c.sub(one, update), made), c.mul(update, was.hidden)), {}};
}

void read(Context& c) {
    if (isPlainRecurrence(c) && c.flag("linear_before_reset", false))
        return readPlain(c, {.op = "gru", .order = {Reset, Update, New}});
    readRecurrence(c, {.gates = 3, .functions = {"Sigmoid", "Tanh"}, .step = step});
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "GRU", .since = 7, .read = read};

}  // namespace vitrine::onnx::rules::gru
