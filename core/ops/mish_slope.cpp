// SPDX-License-Identifier: Apache-2.0
// Slope of mish.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::mish_slope {

namespace {

/// w' (2 + x (1 − s − 2 w s)), s = 1 / (1 + e^−x), w' = (1 − w²) s.
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const ValueId x = instr.in[0];
    const ValueId s = b.emit("sigmoid", {x}), w = b.emit("tanh", {b.emit("softplus", {x})});
    const ValueId one = pointwise::shifted(b, b.scale(b.mul(w, w), -1), 1);
    const ValueId inner = b.add(s, b.scale(b.mul(w, s), 2));
    const ValueId sum =
        pointwise::shifted(b, b.mul(x, pointwise::shifted(b, b.scale(inner, -1), 1)), 2);
    return b.mul(v, b.mul(b.mul(one, s), sum));
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "mish_slope",
    .title = "Mish slope",
    .category = "internal",
    .summary = "Slope of mish.",
    .formula = "y = w + x · (1 − w²) / (1 + e^−x), w = tanh(ln(1 + e^x))",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::MishSlope>,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::mish_slope
