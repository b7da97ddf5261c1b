// SPDX-License-Identifier: Apache-2.0
// Angle in radians whose cosine a number is.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::acos {

namespace {

/// −v / √(1 − x²).
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const ValueId square = b.mul(instr.in[0], instr.in[0]);
    const ValueId rest = pointwise::shifted(b, b.scale(square, -1), 1);
    return b.scale(b.emit("div", {v, b.emit("sqrt", {rest})}), -1);
}

constexpr OpSample samples[] = {{"", "3x5", -0.9, 0.9},
                                {"", "2x3x5x7", -0.5, 0.8},
                                {"", "1x17x3x1", -0.8, 0.3},
                                {"", "5", 0.2, 0.9},
                                {"", "scalar", -0.7, -0.1}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "acos",
    .title = "Arc cosine",
    .category = "math",
    .summary = "Angle in radians whose cosine a number is.",
    .formula = "y = arccos x; NaN outside of −1 to 1",
    .searchWords = "arccos arcus trigonometry inverse",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::Acos>,
    .samples = samples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::acos
