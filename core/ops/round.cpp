// SPDX-License-Identifier: Apache-2.0
// The nearest whole number.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::round {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "round",
    .title = "Round",
    .category = "math",
    .summary = "The nearest whole number, the even one of two; its gradient is zero.",
    .formula = "y = x rounded, halves to the even neighbour",
    .searchWords = "nearest integer banker",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::zeroVjp,
    .jvp = pointwise::zeroJvp,
    .problem = pointwise::problem<kernels::Pointwise::Round>,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::round
