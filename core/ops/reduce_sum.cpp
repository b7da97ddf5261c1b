// SPDX-License-Identifier: Apache-2.0
// Sums along any axes.
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::reduce_sum {

namespace {

// Every element of a sum gets the sum's gradient.
void vjp(VjpContext& c) {
    c.inGrad[0] = reduce::spread(c.b, c.outGrad[0], c.instr.attrs, c.b.shape(c.in(0)));
}

void jvp(JvpContext& c) { c.outTangent[0] = reduce::sum(c.b, c.inTangent[0], c.instr.attrs); }

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reduce_sum",
    .title = "Sum",
    .category = "math",
    .summary = "Sums along axes, accumulated in double precision.",
    .formula = "y = Σ x along the axes; whole numbers wrap",
    .searchWords = "add up total",
    .shortName = "sum",
    .inputs = reduce::numberInputs,
    .outputs = reduce::numberOutputs,
    .fields = reduce::fields,
    .inferShapes = reduce::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = reduce::problem<kernels::ReducePass::Sum>,
    .flops = reduce::flops,
    .samples = reduce::numberSamples,
    .errorSamples = reduce::numberErrors,
};

}  // namespace vitrine::ops::reduce_sum
