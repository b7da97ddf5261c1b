// SPDX-License-Identifier: Apache-2.0
// Hyperbolic sine.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::sinh {

namespace {

/// v cosh x.
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    return b.mul(v, b.emit("cosh", {instr.in[0]}));
}

constexpr OpSample samples[] = {{"", "3x5", -3, 3},
                                {"", "2x3x5x7", -2, 2},
                                {"", "1x17x3x1", -1, 0.3},
                                {"", "5", 1, 4},
                                {"", "scalar", -0.7, -0.1}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "sinh",
    .title = "Hyperbolic sine",
    .category = "math",
    .summary = "Hyperbolic sine.",
    .formula = "y = (e^x − e^−x) / 2",
    .searchWords = "hyperbolic",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::Sinh>,
    .samples = samples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::sinh
