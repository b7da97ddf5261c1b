// SPDX-License-Identifier: Apache-2.0
// Sums along any axes.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::reduce_sum {

namespace {

// Every element of a sum gets the sum's gradient.
void vjp(VjpContext& c) {
    const Shape x = c.b.shape(c.in(0));
    const Result<std::vector<int64_t>> axes = reduce::axesOf(c.instr.attrs, x);
    c.inGrad[0] = c.b.expand(c.b.reshape(c.outGrad[0], reduce::reducedShape(x, *axes, true)), x);
}

void jvp(JvpContext& c) {
    c.outTangent[0] = c.b.emit("reduce_sum", c.instr.attrs, {c.inTangent[0]});
}

kernels::Problem problem(const OpQuery& q) {
    const Result<std::vector<int64_t>> axes = reduce::axesOf(q.instr.attrs, q.in[0].shape);
    kernels::Reduce sum;
    for (int64_t axis : *axes) sum.isReduced[static_cast<size_t>(axis)] = true;
    return sum;
}

double flops(const OpQuery& q) { return static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[…]", .help = "Numbers of any shape."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[…]",
                                 .help = "One number for each place on the other axes."}};
constexpr FieldSpec fields[] = {reduce::axesField, reduce::keepAxesField};

constexpr OpSample samples[] = {
    {"", "2x3x4"},       {"axes=1", "2x3x4"},    {"axes=0,2 keep_axes=false", "3x2x5"},
    {"axes=-1", "17x9"}, {"axes=0", "9x17x2x2"}, {"axes=1,2,3 keep_axes=false", "2x3x2x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"axes=3", "2x3x4", "axis 3 is not one of the 3 axes of x [2, 3, 4]"},
    {"axes=-4", "2x3x4", "axis -4 is not one of the 3 axes of x [2, 3, 4]"},
    {"", "4<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reduce_sum",
    .title = "Sum",
    .category = "math",
    .summary = "Sums along axes, accumulated in double precision.",
    .formula = "y = Σ x along the axes",
    .searchWords = "add up total",
    .shortName = "sum",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = reduce::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::reduce_sum
