// SPDX-License-Identifier: Apache-2.0
// Sine.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::sin {

namespace {

/// v cos x.
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    return b.mul(v, b.emit("cos", {instr.in[0]}));
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "sin",
    .title = "Sine",
    .category = "math",
    .summary = "Sine of an angle in radians.",
    .formula = "y = sin x",
    .searchWords = "trigonometry angle wave",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::Sin>,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::sin
