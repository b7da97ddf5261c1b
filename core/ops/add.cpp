// SPDX-License-Identifier: Apache-2.0
// Sum of two values, element by element.
#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::add {

namespace {

void vjp(VjpContext& c) {
    c.inGrad[0] = c.outGrad[0];
    c.inGrad[1] = c.outGrad[0];
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    sum.add(c.inTangent[0]);
    sum.add(c.inTangent[1]);
    c.outTangent[0] = sum.value();
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "add",
    .title = "Add",
    .category = "math",
    .summary = "Sum of two values, element by element; axes of extent 1 repeat.",
    .formula = "y = a + b; whole numbers wrap",
    .searchWords = "plus sum residual skip shortcut",
    .inputs = pointwise::binaryNumberInputs,
    .outputs = pointwise::numberOutputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::numberProblem<kernels::Pointwise::Add, kernels::Whole::Add>,
    .samples = pointwise::binaryNumberSamples,
    .errorSamples = pointwise::binaryNumberErrors,
};

}  // namespace vitrine::ops::add
