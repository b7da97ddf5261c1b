// SPDX-License-Identifier: Apache-2.0
// The smallest whole number that is not below.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::ceil {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "ceil",
    .title = "Ceiling",
    .category = "math",
    .summary = "The smallest whole number that is not below; its gradient is zero.",
    .formula = "y = ⌈x⌉",
    .searchWords = "round up",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::zeroVjp,
    .jvp = pointwise::zeroJvp,
    .problem = pointwise::problem<kernels::Pointwise::Ceil>,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::ceil
