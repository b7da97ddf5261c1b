// SPDX-License-Identifier: Apache-2.0
// Adjoint of the fully connected layer in its rows.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/linear_rules.h"
#include "core/ops/families/tangent_sum.h"

#include <fmt/format.h>

namespace vitrine::ops::linear_data {

namespace {

namespace rules = vitrine::linear;

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    const ValueShape &dy = in[0], &weight = in[1];
    return oneResult({dy.shape[0], weight.shape[1]}, dy.dtype);
}

// dx = dy · w is bilinear: with the cotangent v of dx, d(dy) = v · wᵀ and dw = dyᵀ · v.
void vjp(VjpContext& c) {
    const ValueId v = c.outGrad[0];
    if (c.wanted[0]) c.inGrad[0] = rules::forward(c.b, v, c.in(1));
    if (c.wanted[1]) c.inGrad[1] = rules::weights(c.b, c.in(0), v);
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(rules::data(c.b, c.inTangent[0], c.in(1)));
    if (c.inTangent[1] != noValue) sum.add(rules::data(c.b, c.in(0), c.inTangent[1]));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery&) {
    return kernels::Linear{.pass = kernels::LinearPass::Data};
}

double flops(const OpQuery& q) { return rules::flops(q.in[0].shape, q.out[0].shape[1]); }
constexpr PortSpec inputs[] = {
    rules::gradientInput,
    {.id = "weight", .title = "Weight", .pattern = "[O, F]", .help = "Weight of the layer."}};
constexpr PortSpec outputs[] = {{.id = "dx",
                                 .title = "Gradient",
                                 .pattern = "[N, F]",
                                 .help = "Gradient of the layer's input."}};

constexpr OpSample samples[] = {{"", "2x4 4x3"}, {"", "1x17 17x5"}, {"", "19x1 1x6"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x4 3x4", "weight needs shape [4, F], got [3, 4]"},
    {"", "2x4x1x1 4x3", "dy needs shape [N, O], got [2, 4, 1, 1]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "linear_data",
    .title = "Linear, gradient of the input",
    .category = "internal",
    .summary = "Adjoint of the fully connected layer in its rows.",
    .formula = "dx = dy · w",
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

}  // namespace vitrine::ops::linear_data
