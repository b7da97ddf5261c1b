// SPDX-License-Identifier: Apache-2.0
// Lets a gradient through where the result of a ReLU is positive.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::relu_gate {

namespace {

void vjp(VjpContext& c) {
    // The gate is piecewise constant in y: its derivative is zero wherever it exists.
    if (c.wanted[0]) c.inGrad[0] = c.b.emit("relu_gate", c.instr.attrs, {c.outGrad[0], c.in(1)});
}

void jvp(JvpContext& c) {
    if (c.inTangent[0] != noValue)
        c.outTangent[0] = c.b.emit("relu_gate", c.instr.attrs, {c.inTangent[0], c.in(1)});
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "relu_gate",
    .title = "ReLU gate",
    .category = "internal",
    .summary = "Lets a gradient through where the result of a ReLU is positive.",
    .formula = "dx = y > 0 ? dy : 0",
    .inputs = pointwise::gateInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::problem<kernels::Pointwise::ReluGate>,
    .samples = pointwise::gateSamples,
    .errorSamples = pointwise::gateErrors,
};

}  // namespace vitrine::ops::relu_gate
