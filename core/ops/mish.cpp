// SPDX-License-Identifier: Apache-2.0
// A smooth activation that bends below zero (Misra 2019).
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::mish {

namespace {

ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    return b.mul(v, b.emit("mish_slope", {instr.in[0]}));
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "mish",
    .title = "Mish",
    .category = "activation",
    .summary = "Lets each number through as far as tanh of its softplus says.",
    .formula = "y = x · tanh(ln(1 + e^x))",
    .searchWords = "smooth activation",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::Mish>,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::mish
