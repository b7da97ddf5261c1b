// SPDX-License-Identifier: Apache-2.0
// True where both values are.
#include "core/ops/families/compare_rules.h"

namespace vitrine::ops::logical_and {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "logical_and",
    .title = "And",
    .category = "math",
    .summary = "True where both values are.",
    .formula = "y = a ∧ b",
    .searchWords = "boolean logic mask",
    .inputs = compare::logicInputs,
    .outputs = compare::outputs,
    .inferShapes = compare::shapes,
    .problem = compare::problem<kernels::Relation::And>,
    .samples = compare::logicSamples,
    .errorSamples = compare::logicErrors,
};

}  // namespace vitrine::ops::logical_and
