// SPDX-License-Identifier: Apache-2.0
// Dot product of two matrices row by row: what softmax's derivative needs.
#include "core/ops/families/row_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::row_dot {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{ValueShape{{in[0].shape[0]}, in[0].dtype}};
}

void vjp(VjpContext& c) {
    if (c.wanted[0]) c.inGrad[0] = row::scale(c.b, c.in(1), c.outGrad[0]);
    if (c.wanted[1]) c.inGrad[1] = row::scale(c.b, c.in(0), c.outGrad[0]);
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(row::dot(c.b, c.inTangent[0], c.in(1)));
    if (c.inTangent[1] != noValue) sum.add(row::dot(c.b, c.in(0), c.inTangent[1]));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery&) { return kernels::Row{.pass = kernels::RowPass::Dot}; }

double flops(const OpQuery& q) { return 2.0 * static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {
    {.id = "a", .title = "First", .pattern = "[N, C]", .help = "First factor."},
    {.id = "b", .title = "Second", .pattern = "[N, C]", .help = "Second factor."}};
constexpr PortSpec outputs[] = {
    {.id = "dot", .title = "Dot products", .pattern = "[N]", .help = "One number per row."}};
constexpr OpSample samples[] = {{"", "3x5 3x5"}, {"", "1x10 1x10"}, {"", "17x3 17x3"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3x4x4 2x3x4x4", "a needs shape [N, C], got [2, 3, 4, 4]"},
    {"", "2x3 2x4", "b needs shape [2, 3], got [2, 4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "row_dot",
    .title = "Row dot product",
    .category = "internal",
    .summary = "Dot product of two matrices, row by row.",
    .formula = "dot[n] = Σ_c a[n, c] · b[n, c]",
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

}  // namespace vitrine::ops::row_dot
