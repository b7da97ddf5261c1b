// SPDX-License-Identifier: Apache-2.0
// One value to the power of another, element by element.
#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::pow {

namespace {

/// b a^(b − 1), and 0 where b is 0.
ValueId slopeInBase(Builder& b, const Instr& instr) {
    const ValueId base = instr.in[0], exponent = instr.in[1];
    const ValueId lower = b.emit("pow", {base, pointwise::shifted(b, exponent, -1)});
    return pointwise::outside(b, b.mul(exponent, lower), exponent, 0, 0);
}

/// y ln a, and 0 where a is 0.
ValueId slopeInExponent(Builder& b, const Instr& instr) {
    const ValueId base = instr.in[0];
    const ValueId product = b.mul(instr.out[0], b.emit("log", {base}));
    return pointwise::outside(b, product, base, 0, 0);
}

void vjp(VjpContext& c) {
    if (c.wanted[0]) c.inGrad[0] = c.b.mul(c.outGrad[0], slopeInBase(c.b, c.instr));
    if (c.wanted[1]) c.inGrad[1] = c.b.mul(c.outGrad[0], slopeInExponent(c.b, c.instr));
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(c.b.mul(c.inTangent[0], slopeInBase(c.b, c.instr)));
    if (c.inTangent[1] != noValue) sum.add(c.b.mul(c.inTangent[1], slopeInExponent(c.b, c.instr)));
    c.outTangent[0] = sum.value();
}

constexpr OpSample samples[] = {{"", "3x5 3x5", 0.5, 2},
                                {"", "2x3x5x7 2x3x5x7", 0.5, 1.5},
                                {"", "1x17x3x1 1x17x3x1", 0.25, 3},
                                {"", "2x3x4 3x1", 0.5, 2},
                                {"", "scalar 2x3", 1, 2},
                                {"", "2x9:i32<9 9:i32<5"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "pow",
    .title = "Power",
    .category = "math",
    .summary = "One value to the power of another, element by element; axes of extent 1 repeat.",
    .formula = "y = a^b; of whole numbers wrapping, and cut towards 0 below an exponent of 0",
    .searchWords = "exponent raise",
    .inputs = pointwise::binaryNumberInputs,
    .outputs = pointwise::numberOutputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::numberProblem<kernels::Pointwise::Pow, kernels::Whole::Pow>,
    .samples = samples,
    .errorSamples = pointwise::binaryNumberErrors,
};

}  // namespace vitrine::ops::pow
