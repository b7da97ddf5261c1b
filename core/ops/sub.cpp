// SPDX-License-Identifier: Apache-2.0
// Difference of two values, element by element.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::sub {

namespace {

void vjp(VjpContext& c) {
    c.inGrad[0] = c.outGrad[0];
    if (c.wanted[1]) c.inGrad[1] = c.b.scale(c.outGrad[0], -1.0);
}

void jvp(JvpContext& c) {
    const ValueId ta = c.inTangent[0], tb = c.inTangent[1];
    if (tb == noValue) {
        c.outTangent[0] = ta;
        return;
    }
    c.outTangent[0] = ta == noValue ? c.b.scale(tb, -1.0) : c.b.sub(ta, tb);
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "sub",
    .title = "Subtract",
    .category = "math",
    .summary = "Difference of two values, element by element; axes of extent 1 repeat.",
    .formula = "y = a − b; whole numbers wrap",
    .searchWords = "minus difference",
    .inputs = pointwise::binaryNumberInputs,
    .outputs = pointwise::numberOutputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::numberProblem<kernels::Pointwise::Sub, kernels::Whole::Sub>,
    .samples = pointwise::binaryNumberSamples,
    .errorSamples = pointwise::binaryNumberErrors,
};

}  // namespace vitrine::ops::sub
