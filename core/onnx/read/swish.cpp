// SPDX-License-Identifier: Apache-2.0
// Swish: x · sigmoid(alpha · x).
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::swish {

namespace {

void read(Context& c) {
    const double alpha = c.real("alpha", 1);
    const Value x = c.in(0);
    if (alpha == 1) return c.give(0, c.emit("silu", {x}));
    c.give(0, c.mul(x, c.emit("sigmoid", {c.mul(x, c.scalar(c.dtype(0), alpha))})));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Swish", .since = 24, .read = read};

}  // namespace vitrine::onnx::rules::swish
