// SPDX-License-Identifier: Apache-2.0
// Whether the first value is smaller than the second, element by element.
#include "core/ops/families/compare_rules.h"

namespace vitrine::ops::less {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "less",
    .title = "Less",
    .category = "math",
    .summary = "Whether the first value is smaller than the second, element by element.",
    .formula = "y = a < b",
    .searchWords = "compare comparison smaller below lt",
    .inputs = compare::inputs,
    .outputs = compare::outputs,
    .inferShapes = compare::shapes,
    .vjp = pointwise::zeroVjp,
    .jvp = pointwise::zeroJvp,
    .problem = compare::problem<kernels::Relation::Less>,
    .samples = compare::samples,
    .errorSamples = compare::errors,
};

}  // namespace vitrine::ops::less
