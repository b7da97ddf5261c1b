// SPDX-License-Identifier: Apache-2.0
// Smallest elements along any axes.
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::reduce_min {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reduce_min",
    .title = "Minimum along axes",
    .category = "math",
    .summary = "Smallest elements along axes; NaN where one of them is. Equals share the gradient.",
    .formula = "y = min x along the axes",
    .searchWords = "amin minimum smallest",
    .shortName = "min",
    .inputs = reduce::orderedInputs,
    .outputs = reduce::orderedOutputs,
    .fields = reduce::fields,
    .inferShapes = reduce::shapes,
    .vjp = reduce::extremeVjp,
    .jvp = reduce::extremeJvp,
    .problem = reduce::problem<kernels::ReducePass::Min>,
    .flops = reduce::flops,
    .samples = reduce::orderedSamples,
    .errorSamples = reduce::orderedErrors,
};

}  // namespace vitrine::ops::reduce_min
