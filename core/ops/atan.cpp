// SPDX-License-Identifier: Apache-2.0
// Angle in radians whose tangent a number is.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::atan {

namespace {

/// v / (1 + x²).
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const ValueId square = b.mul(instr.in[0], instr.in[0]);
    return b.emit("div", {v, pointwise::shifted(b, square, 1)});
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "atan",
    .title = "Arc tangent",
    .category = "math",
    .summary = "Angle in radians whose tangent a number is.",
    .formula = "y = arctan x",
    .searchWords = "arctan arcus trigonometry inverse",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::Atan>,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::atan
