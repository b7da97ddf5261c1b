// SPDX-License-Identifier: Apache-2.0
// Bits in which two whole numbers differ.
#include "core/ops/families/bit_rules.h"

namespace vitrine::ops::bit_xor {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "bit_xor",
    .title = "Bits of one alone",
    .category = "math",
    .summary =
        "Bits in which two whole numbers differ, element by element; axes of extent 1 repeat.",
    .formula = "y = a ^ b",
    .searchWords = "bitwise exclusive",
    .inputs = bits::binaryInputs,
    .outputs = bits::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::zeroVjp,
    .jvp = pointwise::zeroJvp,
    .problem = bits::problem<kernels::Whole::BitXor>,
    .samples = bits::binarySamples,
    .errorSamples = bits::binaryErrors,
};

}  // namespace vitrine::ops::bit_xor
