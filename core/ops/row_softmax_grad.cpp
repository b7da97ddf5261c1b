// SPDX-License-Identifier: Apache-2.0
// Gradient of softmax over the columns of each row, from its result.
#include "core/ops/families/row_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::row_softmax_grad {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

/// dx = y · (dy − dy·y) is linear in dy, with a symmetric matrix. Its derivative along v where y
/// moves: v · (dy − dy·y) − y · (dy·v).
ValueId alongY(Builder& b, ValueId dy, ValueId y, ValueId v) {
    const ValueId kept = b.sub(b.mul(v, dy), row::scale(b, v, row::dot(b, dy, y)));
    return b.sub(kept, row::scale(b, y, row::dot(b, dy, v)));
}

/// The transposed of that: u · (dy − dy·y) − dy · (u·y).
ValueId ofY(Builder& b, ValueId dy, ValueId y, ValueId u) {
    const ValueId kept = b.sub(b.mul(u, dy), row::scale(b, u, row::dot(b, dy, y)));
    return b.sub(kept, row::scale(b, dy, row::dot(b, u, y)));
}

void vjp(VjpContext& c) {
    const ValueId dy = c.in(0), y = c.in(1), u = c.outGrad[0];
    if (c.wanted[0]) c.inGrad[0] = row::softmaxDerivative(c.b, y, u);
    if (c.wanted[1]) c.inGrad[1] = ofY(c.b, dy, y, u);
}

void jvp(JvpContext& c) {
    const ValueId dy = c.in(0), y = c.in(1);
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(row::softmaxDerivative(c.b, y, c.inTangent[0]));
    if (c.inTangent[1] != noValue) sum.add(alongY(c.b, dy, y, c.inTangent[1]));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery&) {
    return kernels::Row{.pass = kernels::RowPass::SoftmaxGrad};
}

double flops(const OpQuery& q) { return 4.0 * static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {
    {.id = "dy", .title = "Gradient", .pattern = "[N, C]", .help = "Gradient of the result."},
    {.id = "y", .title = "Result", .pattern = "[N, C]", .help = "What softmax gave."}};
constexpr PortSpec outputs[] = {{.id = "dx",
                                 .title = "Gradient of the input",
                                 .pattern = "[N, C]",
                                 .help = "Shaped like the gradient of the result."}};
constexpr OpSample samples[] = {{"", "3x5 3x5"}, {"", "1x10 1x10"}, {"", "17x3 17x3"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3x4x4 2x3x4x4", "dy needs shape [N, C], got [2, 3, 4, 4]"},
    {"", "2x3 2x4", "y needs shape [2, 3], got [2, 4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "row_softmax_grad",
    .title = "Gradient of softmax of rows",
    .category = "internal",
    .summary = "Gradient of softmax over each row, from its result.",
    .formula = "dx[n, i] = y[n, i] · (dy[n, i] − Σ_j dy[n, j] · y[n, j])",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::row_softmax_grad
