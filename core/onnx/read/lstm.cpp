// SPDX-License-Identifier: Apache-2.0
// LSTM: a cell that gates fill, empty and show, with peepholes where there are some.
#include "core/onnx/plain_recurrence.h"
#include "core/onnx/recurrence.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::lstm {

namespace {

enum Gate { In, Out, Forget, New };

/// With what a gate sees of a cell, where it does.
Value peeped(Context& c, const CellPass& pass, const Value& gate, size_t k, const Value& cell) {
    return pass.peepholes[k].isMissing() ? gate : c.add(gate, c.mul(pass.peepholes[k], cell));
}

CellState step(Context& c, const CellPass& pass, const Value& fromInput, const CellState& was) {
    const Value sum = c.add(fromInput, fromHidden(c, pass, was.hidden, true));
    const auto part = [&](Gate gate) { return gatePart(c, pass, sum, gate); };
    const Value in = pass.gate(c, 0, peeped(c, pass, part(In), 0, was.cell));
    const Value one = c.scalar(c.typeOf(in).dtype, 1);
    const Value forget = c.flag("input_forget", false)
                             ? c.sub(one, in)
                             : pass.gate(c, 0, peeped(c, pass, part(Forget), 2, was.cell));
    const Value made = pass.gate(c, 1, part(New));
    const Value cell = c.add(c.mul(forget, was.cell), c.mul(in, made));
    const Value out = pass.gate(c, 0, peeped(c, pass, part(Out), 1, cell));
    return {c.mul(out, applied(c, pass.functions[2], cell)), cell};
}

void read(Context& c) {
    if (isPlainRecurrence(c) && !c.flag("input_forget", false) && !c.has(7))
        return readPlain(c, {.op = "lstm", .order = {In, Forget, New, Out}, .hasCell = true});
    readRecurrence(
        c, {.gates = 4, .hasCell = true, .functions = {"Sigmoid", "Tanh", "Tanh"}, .step = step});
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "LSTM", .since = 7, .read = read};

}  // namespace vitrine::onnx::rules::lstm
