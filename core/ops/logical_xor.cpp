// SPDX-License-Identifier: Apache-2.0
// True where one of two values is and the other is not.
#include "core/ops/families/compare_rules.h"

namespace vitrine::ops::logical_xor {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "logical_xor",
    .title = "Exclusive or",
    .category = "math",
    .summary = "True where one of two values is and the other is not.",
    .formula = "y = a ≠ b",
    .searchWords = "boolean logic mask",
    .inputs = compare::logicInputs,
    .outputs = compare::outputs,
    .inferShapes = compare::shapes,
    .problem = compare::problem<kernels::Relation::Xor>,
    .samples = compare::logicSamples,
    .errorSamples = compare::logicErrors,
};

}  // namespace vitrine::ops::logical_xor
