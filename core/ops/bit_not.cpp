// SPDX-License-Identifier: Apache-2.0
// Bits that a whole number has not.
#include "core/ops/families/bit_rules.h"

namespace vitrine::ops::bit_not {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "bit_not",
    .title = "Other bits",
    .category = "math",
    .summary = "Bits that a whole number has not, element by element.",
    .formula = "y = ~x",
    .searchWords = "bitwise complement invert",
    .inputs = bits::unaryInputs,
    .outputs = bits::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::zeroVjp,
    .jvp = pointwise::zeroJvp,
    .problem = bits::problem<kernels::Whole::BitNot>,
    .samples = bits::unarySamples,
    .errorSamples = bits::unaryErrors,
};

}  // namespace vitrine::ops::bit_not
