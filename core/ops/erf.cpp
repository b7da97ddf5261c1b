// SPDX-License-Identifier: Apache-2.0
// The error function.
#include <numbers>

#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::erf {

namespace {

/// v · 2/√π · e^(−x²).
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const ValueId square = b.mul(instr.in[0], instr.in[0]);
    const ValueId power = b.emit("exp", {b.scale(square, -1)});
    return b.mul(v, b.scale(power, 2 * std::numbers::inv_sqrtpi));
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "erf",
    .title = "Error function",
    .category = "math",
    .summary = "The error function: how much of a normal distribution lies between.",
    .formula = "y = 2/√π · ∫ e^(−t²) dt from 0 to x",
    .searchWords = "gaussian normal probability",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::Erf>,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::erf
