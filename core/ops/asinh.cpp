// SPDX-License-Identifier: Apache-2.0
// Number whose hyperbolic sine a number is.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::asinh {

namespace {

/// v / √(x² + 1).
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const ValueId square = b.mul(instr.in[0], instr.in[0]);
    return b.emit("div", {v, b.emit("sqrt", {pointwise::shifted(b, square, 1)})});
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "asinh",
    .title = "Inverse hyperbolic sine",
    .category = "math",
    .summary = "Number whose hyperbolic sine a number is.",
    .formula = "y = ln(x + √(x² + 1))",
    .searchWords = "arsinh area hyperbolic",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::Asinh>,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::asinh
