// SPDX-License-Identifier: Apache-2.0
// Slope of hard swish.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::hard_swish_slope {

namespace {

/// v / 3 between −3 and 3.
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    return b.scale(pointwise::inside(b, v, instr.in[0], -3, 3), 1.0 / 3);
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "hard_swish_slope",
    .title = "Hard swish slope",
    .category = "internal",
    .summary = "Slope of hard swish.",
    .formula = "y = x ≤ −3 ? 0 : x ≥ 3 ? 1 : x / 3 + 1/2",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::HardSwishSlope>,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::hard_swish_slope
