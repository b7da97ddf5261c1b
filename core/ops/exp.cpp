// SPDX-License-Identifier: Apache-2.0
// Exponential function.
#include "core/opdef/pointwise_rules.h"

namespace vitrine::ops::exp {

namespace {

void vjp(VjpContext& c) { c.inGrad[0] = c.b.mul(c.outGrad[0], c.out(0)); }

void jvp(JvpContext& c) { c.outTangent[0] = c.b.mul(c.inTangent[0], c.out(0)); }

kernels::Kernel bind(const BindContext& c) { return pointwise::bind(c, kernels::Pointwise::Exp); }

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "exp",
    .title = "Exponential",
    .category = "internal",
    .summary = "Exponential function.",
    .formula = "y = e^x",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .bind = bind,
    .layouts = pointwise::layouts,
    .layoutCost = pointwise::layoutCost,
    .inPlace = pointwise::unaryInPlace,
    .samples = pointwise::unarySamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::exp
