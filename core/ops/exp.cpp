// SPDX-License-Identifier: Apache-2.0
// Exponential function.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::exp {

namespace {

void vjp(VjpContext& c) { c.inGrad[0] = c.b.mul(c.outGrad[0], c.out(0)); }

void jvp(JvpContext& c) { c.outTangent[0] = c.b.mul(c.inTangent[0], c.out(0)); }

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "exp",
    .title = "Exponential",
    .category = "math",
    .summary = "Exponential function.",
    .formula = "y = e^x",
    .searchWords = "e power",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::problem<kernels::Pointwise::Exp>,
    .samples = pointwise::unarySamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::exp
