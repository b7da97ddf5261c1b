// SPDX-License-Identifier: Apache-2.0
// Product of each row with a number of its own.
#include "core/ops/families/row_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::row_scale {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

void vjp(VjpContext& c) {
    if (c.wanted[0]) c.inGrad[0] = row::scale(c.b, c.outGrad[0], c.in(1));
    if (c.wanted[1]) c.inGrad[1] = row::dot(c.b, c.outGrad[0], c.in(0));
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(row::scale(c.b, c.inTangent[0], c.in(1)));
    if (c.inTangent[1] != noValue) sum.add(row::scale(c.b, c.in(0), c.inTangent[1]));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery&) { return kernels::Row{.pass = kernels::RowPass::Scale}; }

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[N, C]", .help = "Rows to be scaled."},
    {.id = "factor", .title = "Factor", .pattern = "[N]", .help = "One factor per row."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C]",
                                 .help = "Scaled rows, shaped like the input."}};
constexpr OpSample samples[] = {{"", "3x5 3"}, {"", "1x10 1"}, {"", "17x3 17"}};
constexpr OpErrorSample errors[] = {{"", "2x3x4x4 2", "x needs shape [N, C], got [2, 3, 4, 4]"},
                                    {"", "2x3 3", "factor needs shape [2], got [3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "row_scale",
    .title = "Row scale",
    .category = "internal",
    .summary = "Multiplies each row by a number of its own.",
    .formula = "y[n, c] = x[n, c] · factor[n]",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::row_scale
