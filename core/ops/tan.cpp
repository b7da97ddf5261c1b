// SPDX-License-Identifier: Apache-2.0
// Tangent of an angle in radians.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::tan {

namespace {

/// v (1 + y²).
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const ValueId y = instr.out[0];
    return b.mul(v, pointwise::shifted(b, b.mul(y, y), 1));
}

constexpr OpSample samples[] = {{"", "3x5", -1.2, 1.2},
                                {"", "2x3x5x7", -1, 0.8},
                                {"", "1x17x3x1", -0.5, 0.3},
                                {"", "5", 2, 4},
                                {"", "scalar", -0.7, -0.1}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "tan",
    .title = "Tangent",
    .category = "math",
    .summary = "Tangent of an angle in radians.",
    .formula = "y = tan x",
    .searchWords = "trigonometry angle",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::Tan>,
    .samples = samples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::tan
