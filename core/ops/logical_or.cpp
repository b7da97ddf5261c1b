// SPDX-License-Identifier: Apache-2.0
// True where one of two values is, or both.
#include "core/ops/families/compare_rules.h"

namespace vitrine::ops::logical_or {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "logical_or",
    .title = "Or",
    .category = "math",
    .summary = "True where one of two values is, or both.",
    .formula = "y = a ∨ b",
    .searchWords = "boolean logic mask",
    .inputs = compare::logicInputs,
    .outputs = compare::outputs,
    .inferShapes = compare::shapes,
    .problem = compare::problem<kernels::Relation::Or>,
    .samples = compare::logicSamples,
    .errorSamples = compare::logicErrors,
};

}  // namespace vitrine::ops::logical_or
