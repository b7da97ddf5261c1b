// SPDX-License-Identifier: Apache-2.0
// Rectified linear unit: negative numbers become zero.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::relu {

namespace {

void vjp(VjpContext& c) { c.inGrad[0] = c.b.emit("relu_gate", {c.outGrad[0], c.out(0)}); }

void jvp(JvpContext& c) { c.outTangent[0] = c.b.emit("relu_gate", {c.inTangent[0], c.out(0)}); }

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "relu",
    .title = "ReLU",
    .category = "activation",
    .summary = "Rectified linear unit: negative numbers become zero.",
    .formula = "y = max(x, 0)",
    .searchWords = "rectifier activation",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::problem<kernels::Pointwise::Relu>,
    .samples = pointwise::unarySamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::relu
