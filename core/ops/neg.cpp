// SPDX-License-Identifier: Apache-2.0
// The opposite numbers.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::neg {

namespace {

ValueId derivative(Builder& b, const Instr&, ValueId v) { return b.scale(v, -1); }

kernels::Problem problem(const OpQuery& q) {
    if (pointwise::isWhole(q)) return kernels::WholeMap{kernels::Whole::Scale, -1};
    return kernels::Map{kernels::Pointwise::Scale, -1};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "neg",
    .title = "Negate",
    .category = "math",
    .summary = "Numbers with the other sign.",
    .formula = "y = −x; whole numbers wrap",
    .searchWords = "minus negative opposite",
    .inputs = pointwise::unaryNumberInputs,
    .outputs = pointwise::numberOutputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = problem,
    .samples = pointwise::unaryNumberSamples,
    .errorSamples = pointwise::unaryNumberErrors,
};

}  // namespace vitrine::ops::neg
