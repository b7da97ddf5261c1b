// SPDX-License-Identifier: Apache-2.0
// Cosine.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::cos {

namespace {

/// −v sin x.
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    return b.scale(b.mul(v, b.emit("sin", {instr.in[0]})), -1);
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "cos",
    .title = "Cosine",
    .category = "math",
    .summary = "Cosine of an angle in radians.",
    .formula = "y = cos x",
    .searchWords = "trigonometry angle wave",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::Cos>,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::cos
