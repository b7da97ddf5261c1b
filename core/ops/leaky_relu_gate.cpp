// SPDX-License-Identifier: Apache-2.0
// Gradient of a leaky ReLU, from its result.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::leaky_relu_gate {

namespace {

void vjp(VjpContext& c) {
    // The gate is piecewise constant in y: its derivative is zero wherever it exists.
    if (c.wanted[0])
        c.inGrad[0] = c.b.emit("leaky_relu_gate", c.instr.attrs, {c.outGrad[0], c.in(1)});
}

void jvp(JvpContext& c) {
    if (c.inTangent[0] != noValue)
        c.outTangent[0] = c.b.emit("leaky_relu_gate", c.instr.attrs, {c.inTangent[0], c.in(1)});
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Map{kernels::Pointwise::LeakyReluGate, q.instr.attrs.real("slope")};
}

constexpr FieldSpec fields[] = {{.id = "slope",
                                 .title = "Slope",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0.01,
                                 .minimum = 0,
                                 .maximum = 1,
                                 .help = "Factor of gradients where the result is not positive."}};
constexpr OpSample samples[] = {
    {"", "3x5 3x5"}, {"slope=0.25", "2x3x5x7 2x3x5x7"}, {"slope=0", "1x17x3x1 1x17x3x1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "leaky_relu_gate",
    .title = "Leaky ReLU gate",
    .category = "internal",
    .summary = "Gradient of a leaky ReLU, from its result.",
    .formula = "dx = y > 0 ? dy : slope · dy",
    .inputs = pointwise::gateInputs,
    .outputs = pointwise::outputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = pointwise::gateErrors,
};

}  // namespace vitrine::ops::leaky_relu_gate
