// SPDX-License-Identifier: Apache-2.0
// Quotient of two values, element by element.
#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::div {

namespace {

/// y / b: minus the slope in b.
ValueId slope(Builder& b, const Instr& instr) { return b.emit("div", {instr.out[0], instr.in[1]}); }

void vjp(VjpContext& c) {
    if (c.wanted[0]) c.inGrad[0] = c.b.emit("div", {c.outGrad[0], c.in(1)});
    if (c.wanted[1]) c.inGrad[1] = c.b.scale(c.b.mul(c.outGrad[0], slope(c.b, c.instr)), -1);
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(c.b.emit("div", {c.inTangent[0], c.in(1)}));
    if (c.inTangent[1] != noValue)
        sum.add(c.b.scale(c.b.mul(c.inTangent[1], slope(c.b, c.instr)), -1));
    c.outTangent[0] = sum.value();
}

constexpr OpSample samples[] = {
    {"", "3x5 3x5", 0.5, 2},           {"", "2x3x5x7 2x3x5x7", 0.5, 1.5},
    {"", "1x17x3x1 1x17x3x1", -3, -1}, {"", "2x3x4 3x1", 0.5, 2},
    {"", "scalar 2x3", 1, 2},          {"", "4x1x3 2x1", 0.5, 2},
    {"", "2x17x3x2 17x1x1", 1, 3},     {"", "2x9:i64<90 9:i64<7"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "div",
    .title = "Divide",
    .category = "math",
    .summary = "Quotient of two values, element by element; axes of extent 1 repeat.",
    .formula = "y = a / b; of whole numbers cut towards 0, and 0 where b is",
    .searchWords = "quotient ratio over",
    .inputs = pointwise::binaryNumberInputs,
    .outputs = pointwise::numberOutputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::numberProblem<kernels::Pointwise::Div, kernels::Whole::Div>,
    .samples = samples,
    .errorSamples = pointwise::binaryNumberErrors,
};

}  // namespace vitrine::ops::div
