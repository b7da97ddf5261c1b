// SPDX-License-Identifier: Apache-2.0
// Adjoint of the fully connected layer in its weight.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/linear_rules.h"
#include "core/ops/families/tangent_sum.h"

#include <fmt/format.h>

namespace vitrine::ops::linear_weights {

namespace {

namespace rules = vitrine::linear;

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    const ValueShape &dy = in[0], &x = in[1];
    return oneResult({dy.shape[1], x.shape[1]}, dy.dtype);
}

// dw = dyᵀ · x is bilinear: with the cotangent v of dw, d(dy) = x · vᵀ and dx = dy · v.
void vjp(VjpContext& c) {
    const ValueId v = c.outGrad[0];
    if (c.wanted[0]) c.inGrad[0] = rules::forward(c.b, c.in(1), v);
    if (c.wanted[1]) c.inGrad[1] = rules::data(c.b, c.in(0), v);
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(rules::weights(c.b, c.inTangent[0], c.in(1)));
    if (c.inTangent[1] != noValue) sum.add(rules::weights(c.b, c.in(0), c.inTangent[1]));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery&) {
    return kernels::Linear{.pass = kernels::LinearPass::Weights};
}

double flops(const OpQuery& q) { return rules::flops(q.in[0].shape, q.in[1].shape[1]); }
constexpr PortSpec inputs[] = {rules::gradientInput, rules::rowsInput};
constexpr PortSpec outputs[] = {{.id = "dw",
                                 .title = "Gradient",
                                 .pattern = "[O, F]",
                                 .help = "Gradient of the layer's weight."}};

constexpr OpSample samples[] = {{"", "2x4 2x3"}, {"", "1x17 1x5"}, {"", "19x1 19x6"}};
constexpr OpErrorSample errorSamples[] = {{"", "2x4 3x4", "x needs shape [2, F], got [3, 4]"},
                                          {"", "2x4 2x3:i64", "x needs f32 or f64, got i64"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "linear_weights",
    .title = "Linear, gradient of the weight",
    .category = "internal",
    .summary = "Adjoint of the fully connected layer in its weight.",
    .formula = "dw = dyᵀ · x",
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

}  // namespace vitrine::ops::linear_weights
