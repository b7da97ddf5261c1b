// SPDX-License-Identifier: Apache-2.0
// Swish with a straight line instead of the sigmoid (Howard et al. 2019).
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::hard_swish {

namespace {

ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    return b.mul(v, b.emit("hard_swish_slope", {instr.in[0]}));
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "hard_swish",
    .title = "Hard swish",
    .category = "activation",
    .summary = "Lets each number through as far as a straight line from −3 to 3 says.",
    .formula = "y = x · min(max(x + 3, 0), 6) / 6",
    .searchWords = "hardswish activation mobilenet",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::HardSwish>,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::hard_swish
