// SPDX-License-Identifier: Apache-2.0
// True where the value is not.
#include "core/ops/families/compare_rules.h"

namespace vitrine::ops::logical_not {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "logical_not",
    .title = "Not",
    .category = "math",
    .summary = "True where the value is not.",
    .formula = "y = ¬x",
    .searchWords = "boolean logic mask invert",
    .inputs = compare::notInputs,
    .outputs = compare::outputs,
    .inferShapes = compare::shapes,
    .problem = compare::problem<kernels::Relation::Not>,
    .samples = compare::notSamples,
    .errorSamples = compare::notErrors,
};

}  // namespace vitrine::ops::logical_not
