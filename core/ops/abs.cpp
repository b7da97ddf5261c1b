// SPDX-License-Identifier: Apache-2.0
// Absolute values.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::abs {

namespace {

/// v where x > 0, −v where x < 0, and 0 where x is 0.
ValueId derivative(Builder& b, ValueId x, ValueId v) {
    return b.sub(b.emit("relu_gate", {v, x}), b.emit("relu_gate", {v, b.scale(x, -1)}));
}

void vjp(VjpContext& c) { c.inGrad[0] = derivative(c.b, c.in(0), c.outGrad[0]); }

void jvp(JvpContext& c) { c.outTangent[0] = derivative(c.b, c.in(0), c.inTangent[0]); }

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "abs",
    .title = "Absolute value",
    .category = "math",
    .summary = "Numbers without their signs.",
    .formula = "y = |x|",
    .searchWords = "magnitude distance l1",
    .inputs = pointwise::unaryNumberInputs,
    .outputs = pointwise::numberOutputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::numberProblem<kernels::Pointwise::Abs, kernels::Whole::Abs>,
    .samples = pointwise::unaryNumberSamples,
    .errorSamples = pointwise::unaryNumberErrors,
};

}  // namespace vitrine::ops::abs
