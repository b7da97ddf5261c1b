// SPDX-License-Identifier: Apache-2.0
// Number from 0 on whose hyperbolic cosine a number is.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::acosh {

namespace {

/// v / √(x² − 1).
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const ValueId square = b.mul(instr.in[0], instr.in[0]);
    return b.emit("div", {v, b.emit("sqrt", {pointwise::shifted(b, square, -1)})});
}

constexpr OpSample samples[] = {{"", "3x5", 1.2, 4},
                                {"", "2x3x5x7", 1.5, 9},
                                {"", "1x17x3x1", 2, 3},
                                {"", "5", 1.1, 2},
                                {"", "scalar", 1.2, 30}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "acosh",
    .title = "Inverse hyperbolic cosine",
    .category = "math",
    .summary = "Number from 0 on whose hyperbolic cosine a number is.",
    .formula = "y = ln(x + √(x² − 1)); NaN below 1",
    .searchWords = "arcosh area hyperbolic",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::Acosh>,
    .samples = samples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::acosh
