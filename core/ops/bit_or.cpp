// SPDX-License-Identifier: Apache-2.0
// Bits that one of two whole numbers has.
#include "core/ops/families/bit_rules.h"

namespace vitrine::ops::bit_or {

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "bit_or",
    .title = "Bits of either",
    .category = "math",
    .summary =
        "Bits that one of two whole numbers has, element by element; axes of extent 1 repeat.",
    .formula = "y = a | b",
    .searchWords = "bitwise",
    .inputs = bits::binaryInputs,
    .outputs = bits::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::zeroVjp,
    .jvp = pointwise::zeroJvp,
    .problem = bits::problem<kernels::Whole::BitOr>,
    .samples = bits::binarySamples,
    .errorSamples = bits::binaryErrors,
};

}  // namespace vitrine::ops::bit_or
