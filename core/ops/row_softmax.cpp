// SPDX-License-Identifier: Apache-2.0
// Softmax over the columns of each row.
#include "core/ops/families/row_rules.h"

namespace vitrine::ops::row_softmax {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

void vjp(VjpContext& c) { c.inGrad[0] = row::softmaxDerivative(c.b, c.out(0), c.outGrad[0]); }

void jvp(JvpContext& c) { c.outTangent[0] = row::softmaxDerivative(c.b, c.out(0), c.inTangent[0]); }

kernels::Problem problem(const OpQuery&) { return kernels::Row{.pass = kernels::RowPass::Softmax}; }

/// Maximum, difference, exponential, sum, product.
double flops(const OpQuery& q) { return 5.0 * static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[N, C]", .help = "One row of numbers per image."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C]",
                                 .help = "Positive numbers; each row sums to one."}};
constexpr OpSample samples[] = {{"", "3x5"}, {"", "1x10", -4, 4}, {"", "17x3"}, {"", "5x1"}};
constexpr OpErrorSample errors[] = {{"", "2x3x4x4", "x needs shape [N, C], got [2, 3, 4, 4]"},
                                    {"", "4<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "row_softmax",
    .title = "Softmax of rows",
    .category = "internal",
    .summary = "Turns each row into positive numbers that sum to one.",
    .formula = "y[n, i] = e^x[n, i] / Σ_j e^x[n, j]",
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

}  // namespace vitrine::ops::row_softmax
