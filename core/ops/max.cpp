// SPDX-License-Identifier: Apache-2.0
// The larger one of two values, element by element.
#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::max {

namespace {

/// v where `own` is the larger one, and half of it where both are equal.
ValueId share(Builder& b, ValueId v, ValueId own, ValueId other) {
    return b.emit("max_gate", {v, own, other});
}

void vjp(VjpContext& c) {
    if (c.wanted[0]) c.inGrad[0] = share(c.b, c.outGrad[0], c.in(0), c.in(1));
    if (c.wanted[1]) c.inGrad[1] = share(c.b, c.outGrad[0], c.in(1), c.in(0));
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(share(c.b, c.inTangent[0], c.in(0), c.in(1)));
    if (c.inTangent[1] != noValue) sum.add(share(c.b, c.inTangent[1], c.in(1), c.in(0)));
    c.outTangent[0] = sum.value();
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "max",
    .title = "Maximum",
    .category = "math",
    .summary = "The larger one of two values, element by element; NaN where one of them is.",
    .formula = "y = a > b ? a : b",
    .searchWords = "larger maximum pointwise",
    .inputs = pointwise::binaryNumberInputs,
    .outputs = pointwise::numberOutputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::numberProblem<kernels::Pointwise::Max, kernels::Whole::Max>,
    .samples = pointwise::binaryNumberSamples,
    .errorSamples = pointwise::binaryNumberErrors,
};

}  // namespace vitrine::ops::max
