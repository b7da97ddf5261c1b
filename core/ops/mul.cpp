// SPDX-License-Identifier: Apache-2.0
// Product of two values, element by element.
#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::mul {

namespace {

void vjp(VjpContext& c) {
    if (c.wanted[0]) c.inGrad[0] = c.b.mul(c.outGrad[0], c.in(1));
    if (c.wanted[1]) c.inGrad[1] = c.b.mul(c.outGrad[0], c.in(0));
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(c.b.mul(c.inTangent[0], c.in(1)));
    if (c.inTangent[1] != noValue) sum.add(c.b.mul(c.in(0), c.inTangent[1]));
    c.outTangent[0] = sum.value();
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "mul",
    .title = "Multiply",
    .category = "math",
    .summary = "Product of two values, element by element; axes of extent 1 repeat.",
    .formula = "y = a · b; whole numbers wrap",
    .searchWords = "times product gate",
    .inputs = pointwise::binaryNumberInputs,
    .outputs = pointwise::numberOutputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::numberProblem<kernels::Pointwise::Mul, kernels::Whole::Mul>,
    .samples = pointwise::binaryNumberSamples,
    .errorSamples = pointwise::binaryNumberErrors,
};

}  // namespace vitrine::ops::mul
