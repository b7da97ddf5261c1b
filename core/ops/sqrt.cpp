// SPDX-License-Identifier: Apache-2.0
// Square roots.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::sqrt {

namespace {

/// v / (2 y): infinite at 0, as in PyTorch.
ValueId derivative(Builder& b, ValueId y, ValueId v) {
    return b.scale(b.mul(v, b.emit("reciprocal", {y})), 0.5);
}

void vjp(VjpContext& c) { c.inGrad[0] = derivative(c.b, c.out(0), c.outGrad[0]); }

void jvp(JvpContext& c) { c.outTangent[0] = derivative(c.b, c.out(0), c.inTangent[0]); }

constexpr OpSample samples[] = {{"", "3x5", 0.5, 2.0},
                                {"", "2x3x5x7", 0.25, 1.0},
                                {"", "1x17x3x1", 1.0, 3.0},
                                {"", "5", 0.5, 2.0}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "sqrt",
    .title = "Square root",
    .category = "math",
    .summary = "Square root; NaN below 0. Its slope at 0 is infinite.",
    .formula = "y = √x",
    .searchWords = "root",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::problem<kernels::Pointwise::Sqrt>,
    .samples = samples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::sqrt
