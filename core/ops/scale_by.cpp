// SPDX-License-Identifier: Apache-2.0
// Product of a value with a factor that is itself computed.
#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::scale_by {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

void vjp(VjpContext& c) {
    if (c.wanted[0]) c.inGrad[0] = c.b.emit("scale_by", {c.outGrad[0], c.in(1)});
    if (c.wanted[1])
        c.inGrad[1] = c.b.reshape(c.b.emit("dot", {c.outGrad[0], c.in(0)}), c.b.shape(c.in(1)));
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(c.b.emit("scale_by", {c.inTangent[0], c.in(1)}));
    if (c.inTangent[1] != noValue) sum.add(c.b.emit("scale_by", {c.in(0), c.inTangent[1]}));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery&) { return kernels::ScaleBy{}; }

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[S…]", .help = "Numbers of any shape."},
    {.id = "factor", .title = "Factor", .pattern = "[]", .help = "One element."}};
constexpr OpSample samples[] = {
    {"", "3x5 scalar"}, {"", "2x3x5x7 1"}, {"", "1x17x3x1 scalar"}, {"", "scalar scalar"}};
constexpr OpErrorSample errors[] = {{"", "2x3 2", "factor needs one element, got [2]"},
                                    {"", "4<10 1", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "scale_by",
    .title = "Scale by",
    .category = "internal",
    .summary = "Product of a value with a computed factor.",
    .formula = "y = factor · x",
    .inputs = inputs,
    .outputs = pointwise::outputs,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::scale_by
