// SPDX-License-Identifier: Apache-2.0
// Whether the first value is not larger than the second, element by element.
#include "core/ops/families/compare_rules.h"

namespace vitrine::ops::less_or_equal {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "less_or_equal",
    .title = "Less or equal",
    .category = "math",
    .summary = "Whether the first value is not larger than the second, element by element.",
    .formula = "y = a ≤ b",
    .searchWords = "compare comparison smaller at most le",
    .inputs = compare::inputs,
    .outputs = compare::outputs,
    .inferShapes = compare::shapes,
    .vjp = pointwise::zeroVjp,
    .jvp = pointwise::zeroJvp,
    .problem = compare::problem<kernels::Relation::LessOrEqual>,
    .samples = compare::samples,
    .errorSamples = compare::errors,
};

}  // namespace vitrine::ops::less_or_equal
