// SPDX-License-Identifier: Apache-2.0
// The largest whole number that is not above.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::floor {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "floor",
    .title = "Floor",
    .category = "math",
    .summary = "The largest whole number that is not above; its gradient is zero.",
    .formula = "y = ⌊x⌋",
    .searchWords = "round down",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::zeroVjp,
    .jvp = pointwise::zeroJvp,
    .problem = pointwise::problem<kernels::Pointwise::Floor>,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::floor
