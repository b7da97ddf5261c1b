// SPDX-License-Identifier: Apache-2.0
// Largest elements along any axes.
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::reduce_max {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reduce_max",
    .title = "Maximum along axes",
    .category = "math",
    .summary = "Largest elements along axes; NaN where one of them is. Equals share the gradient.",
    .formula = "y = max x along the axes",
    .searchWords = "amax maximum largest",
    .shortName = "max",
    .inputs = reduce::orderedInputs,
    .outputs = reduce::orderedOutputs,
    .fields = reduce::fields,
    .inferShapes = reduce::shapes,
    .vjp = reduce::extremeVjp,
    .jvp = reduce::extremeJvp,
    .problem = reduce::problem<kernels::ReducePass::Max>,
    .flops = reduce::flops,
    .samples = reduce::orderedSamples,
    .errorSamples = reduce::orderedErrors,
};

}  // namespace vitrine::ops::reduce_max
