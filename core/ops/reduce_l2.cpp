// SPDX-License-Identifier: Apache-2.0
// Lengths along any axes.
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::reduce_l2 {

namespace {

/// x / y, and 0 where the length is.
ValueId direction(Builder& b, const Instr& instr) {
    const ValueId x = instr.in[0], y = instr.out[0];
    const ValueId isZero = b.emit("equal", {y, b.constant({}, b.dtype(y), 0)});
    const ValueId divisor = b.emit("where", {isZero, b.constant({}, b.dtype(y), 1), y});
    const ValueId inverse = b.emit("reciprocal", {divisor});
    return b.mul(x, reduce::spread(b, inverse, instr.attrs, b.shape(x)));
}

void vjp(VjpContext& c) {
    const ValueId dy = reduce::spread(c.b, c.outGrad[0], c.instr.attrs, c.b.shape(c.in(0)));
    c.inGrad[0] = c.b.mul(dy, direction(c.b, c.instr));
}

void jvp(JvpContext& c) {
    const ValueId along = c.b.mul(c.inTangent[0], direction(c.b, c.instr));
    c.outTangent[0] = reduce::sum(c.b, along, c.instr.attrs);
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reduce_l2",
    .title = "L2 norm",
    .category = "math",
    .summary =
        "Euclidean lengths along axes; squares are added in double precision. The gradient at "
        "0 is 0.",
    .formula = "y = √Σ x² along the axes",
    .searchWords = "norm length euclidean frobenius",
    .shortName = "l2",
    .inputs = reduce::numberInputs,
    .outputs = reduce::numberOutputs,
    .fields = reduce::fields,
    .inferShapes = reduce::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = reduce::problem<kernels::ReducePass::Norm>,
    .flops = reduce::flops,
    .samples = reduce::numberSamples,
    .errorSamples = reduce::numberErrors,
};

}  // namespace vitrine::ops::reduce_l2
