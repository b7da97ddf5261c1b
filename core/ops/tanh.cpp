// SPDX-License-Identifier: Apache-2.0
// Squeezes numbers between −1 and 1.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::tanh {

namespace {

/// v · (1 − y²).
ValueId derivative(Builder& b, ValueId y, ValueId v) { return b.sub(v, b.mul(v, b.mul(y, y))); }

void vjp(VjpContext& c) { c.inGrad[0] = derivative(c.b, c.out(0), c.outGrad[0]); }

void jvp(JvpContext& c) { c.outTangent[0] = derivative(c.b, c.out(0), c.inTangent[0]); }

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "tanh",
    .title = "Tanh",
    .category = "activation",
    .summary = "Squeezes numbers between −1 and 1.",
    .formula = "y = tanh(x)",
    .searchWords = "activation",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::problem<kernels::Pointwise::Tanh>,
    .samples = pointwise::unarySamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::tanh
