// SPDX-License-Identifier: Apache-2.0
// Bits that both of two whole numbers have.
#include "core/ops/families/bit_rules.h"

namespace vitrine::ops::bit_and {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "bit_and",
    .title = "Bits of both",
    .category = "math",
    .summary =
        "Bits that both of two whole numbers have, element by element; axes of extent 1 repeat.",
    .formula = "y = a & b",
    .searchWords = "bitwise mask",
    .inputs = bits::binaryInputs,
    .outputs = bits::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::zeroVjp,
    .jvp = pointwise::zeroJvp,
    .problem = bits::problem<kernels::Whole::BitAnd>,
    .samples = bits::binarySamples,
    .errorSamples = bits::binaryErrors,
};

}  // namespace vitrine::ops::bit_and
