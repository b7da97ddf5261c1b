// SPDX-License-Identifier: Apache-2.0
// A slower tanh: x over 1 + |x|.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::softsign {

namespace {

/// v / (1 + |x|)².
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const ValueId size = pointwise::shifted(b, b.emit("abs", {instr.in[0]}), 1);
    const ValueId ratio = b.emit("reciprocal", {size});
    return b.mul(v, b.mul(ratio, ratio));
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "softsign",
    .title = "Softsign",
    .category = "activation",
    .summary = "Squeezes numbers between −1 and 1, more slowly than tanh.",
    .formula = "y = x / (1 + |x|)",
    .searchWords = "squash activation",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::Softsign>,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::softsign
