// SPDX-License-Identifier: Apache-2.0
// SwiGLU: a gate through Swish, times a value.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::swi_glu {

namespace {

void read(Context& c) {
    const double alpha = c.real("alpha", 1);
    const Value a = c.in(0);
    if (c.shape(0) != c.shape(1)) c.refuse("its operands have different shapes", "O17");
    const Value scaled = alpha == 1 ? a : c.mul(a, c.scalar(c.dtype(0), alpha));
    const Value gate = alpha == 1 ? c.emit("silu", {a}) : c.mul(a, c.emit("sigmoid", {scaled}));
    c.give(0, c.mul(gate, c.in(1)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "SwiGLU", .since = 28, .read = read};

}  // namespace vitrine::onnx::rules::swi_glu
