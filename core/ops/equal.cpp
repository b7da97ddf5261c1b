// SPDX-License-Identifier: Apache-2.0
// Whether two values are equal, element by element.
#include "core/ops/families/compare_rules.h"

namespace vitrine::ops::equal {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "equal",
    .title = "Equal",
    .category = "math",
    .summary = "Whether two values are equal, element by element.",
    .formula = "y = a = b",
    .searchWords = "compare comparison same eq",
    .inputs = compare::inputs,
    .outputs = compare::outputs,
    .inferShapes = compare::shapes,
    .vjp = pointwise::zeroVjp,
    .jvp = pointwise::zeroJvp,
    .problem = compare::problem<kernels::Relation::Equal>,
    .samples = compare::samples,
    .errorSamples = compare::errors,
};

}  // namespace vitrine::ops::equal
