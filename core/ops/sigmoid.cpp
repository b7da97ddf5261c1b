// SPDX-License-Identifier: Apache-2.0
// Squeezes numbers between 0 and 1.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::sigmoid {

namespace {

/// v · y · (1 − y).
ValueId derivative(Builder& b, ValueId y, ValueId v) { return b.mul(v, b.sub(y, b.mul(y, y))); }

void vjp(VjpContext& c) { c.inGrad[0] = derivative(c.b, c.out(0), c.outGrad[0]); }

void jvp(JvpContext& c) { c.outTangent[0] = derivative(c.b, c.out(0), c.inTangent[0]); }

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "sigmoid",
    .title = "Sigmoid",
    .category = "activation",
    .summary = "Squeezes numbers between 0 and 1.",
    .formula = "y = 1 / (1 + e^(−x))",
    .searchWords = "logistic activation",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::problem<kernels::Pointwise::Sigmoid>,
    .samples = pointwise::unarySamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::sigmoid
