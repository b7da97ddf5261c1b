// SPDX-License-Identifier: Apache-2.0
// Whether two values differ, element by element.
#include "core/ops/families/compare_rules.h"

namespace vitrine::ops::not_equal {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "not_equal",
    .title = "Not equal",
    .category = "math",
    .summary = "Whether two values differ, element by element.",
    .formula = "y = a ≠ b",
    .searchWords = "compare comparison different ne",
    .inputs = compare::inputs,
    .outputs = compare::outputs,
    .inferShapes = compare::shapes,
    .vjp = pointwise::zeroVjp,
    .jvp = pointwise::zeroJvp,
    .problem = compare::problem<kernels::Relation::NotEqual>,
    .samples = compare::samples,
    .errorSamples = compare::errors,
};

}  // namespace vitrine::ops::not_equal
