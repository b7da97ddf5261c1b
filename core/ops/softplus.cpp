// SPDX-License-Identifier: Apache-2.0
// A smooth ReLU: what the sigmoid is the slope of.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::softplus {

namespace {

/// v · sigmoid(x).
ValueId derivative(Builder& b, ValueId x, ValueId v) { return b.mul(v, b.emit("sigmoid", {x})); }

void vjp(VjpContext& c) { c.inGrad[0] = derivative(c.b, c.in(0), c.outGrad[0]); }

void jvp(JvpContext& c) { c.outTangent[0] = derivative(c.b, c.in(0), c.inTangent[0]); }

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "softplus",
    .title = "Softplus",
    .category = "activation",
    .summary = "A smooth ReLU: large numbers stay, negative ones fade to zero.",
    .formula = "y = ln(1 + e^x) = max(x, 0) + ln(1 + e^(−|x|))",
    .searchWords = "smooth relu activation",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::problem<kernels::Pointwise::Softplus>,
    .samples = pointwise::unarySamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::softplus
