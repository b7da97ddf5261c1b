// SPDX-License-Identifier: Apache-2.0
// Sum of products of all elements of two values.
#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::dot {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{ValueShape{{}, in[0].dtype}};
}

void vjp(VjpContext& c) {
    if (c.wanted[0]) c.inGrad[0] = c.b.emit("scale_by", {c.in(1), c.outGrad[0]});
    if (c.wanted[1]) c.inGrad[1] = c.b.emit("scale_by", {c.in(0), c.outGrad[0]});
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(c.b.emit("dot", {c.inTangent[0], c.in(1)}));
    if (c.inTangent[1] != noValue) sum.add(c.b.emit("dot", {c.in(0), c.inTangent[1]}));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery&) { return kernels::Dot{}; }

double flops(const OpQuery& q) { return 2.0 * static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {
    {.id = "a", .title = "First", .pattern = "[S…]", .help = "First operand, of any shape."},
    {.id = "b",
     .title = "Second",
     .pattern = "[S…]",
     .help = "Second operand, shaped like the first."}};
constexpr PortSpec outputs[] = {
    {.id = "dot", .title = "Dot product", .pattern = "[]", .help = "One number."}};

constexpr OpSample samples[] = {
    {"", "3x5 3x5"}, {"", "2x3x5x7 2x3x5x7"}, {"", "1x17x3x1 1x17x3x1"}, {"", "5 5"}};
constexpr OpErrorSample errorSamples[] = {{"", "2x3 2x4", "b needs shape [2, 3], got [2, 4]"},
                                          {"", "4<10 4<10", "a needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "dot",
    .title = "Dot product",
    .category = "internal",
    .summary = "Sum of products of all elements of two values.",
    .formula = "dot = Σ a · b",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::dot
