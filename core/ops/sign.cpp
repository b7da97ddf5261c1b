// SPDX-License-Identifier: Apache-2.0
// Which side of zero numbers are on.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::sign {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "sign",
    .title = "Sign",
    .category = "math",
    .summary = "1 for positive numbers, −1 for negative ones, 0 for 0.",
    .formula = "y = x > 0 ? 1 : x < 0 ? −1 : x",
    .searchWords = "signum",
    .inputs = pointwise::unaryNumberInputs,
    .outputs = pointwise::numberOutputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::zeroVjp,
    .jvp = pointwise::zeroJvp,
    .problem = pointwise::numberProblem<kernels::Pointwise::Sign, kernels::Whole::Sign>,
    .samples = pointwise::unaryNumberSamples,
    .errorSamples = pointwise::unaryNumberErrors,
};

}  // namespace vitrine::ops::sign
