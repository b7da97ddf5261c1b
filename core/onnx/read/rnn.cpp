// SPDX-License-Identifier: Apache-2.0
// RNN: a state that every step changes.
#include "core/onnx/recurrence.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::rnn {

namespace {

CellState step(Context& c, const CellPass& pass, const Value& fromInput, const CellState& was) {
    const Value sum = c.add(fromInput, fromHidden(c, pass, was.hidden, true));
    return {pass.gate(c, 0, sum), {}};
}

void read(Context& c) { readRecurrence(c, {.gates = 1, .functions = {"Tanh"}, .step = step}); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "RNN", .since = 7, .read = read};

}  // namespace vitrine::onnx::rules::rnn
