// SPDX-License-Identifier: Apache-2.0
// Square root.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::sqrt {

namespace {

/// v / 2y.
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    return b.emit("div", {b.scale(v, 0.5), instr.out[0]});
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "sqrt",
    .title = "Square root",
    .category = "math",
    .summary = "Square root; of negative numbers it is NaN.",
    .formula = "y = √x",
    .searchWords = "root",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = pointwise::problem<kernels::Pointwise::Sqrt>,
    .samples = pointwise::positiveSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::sqrt
