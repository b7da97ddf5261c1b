// SPDX-License-Identifier: Apache-2.0
// Logarithm of softmax over the columns of each row.
#include "core/ops/families/row_rules.h"

namespace vitrine::ops::row_log_softmax {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

/// dx = dy − softmax(x) · Σ dy, softmax(x) = e^y.
void vjp(VjpContext& c) {
    const ValueId dy = c.outGrad[0], sum = c.b.reduceSum(dy, {1});
    c.inGrad[0] = c.b.sub(dy, c.b.mul(c.b.emit("exp", {c.out(0)}), sum));
}

/// v − Σ softmax(x) · v.
void jvp(JvpContext& c) {
    const ValueId v = c.inTangent[0];
    const ValueId weighted = c.b.mul(c.b.emit("exp", {c.out(0)}), v);
    c.outTangent[0] = c.b.sub(v, c.b.reduceSum(weighted, {1}));
}

kernels::Problem problem(const OpQuery&) {
    return kernels::Row{.pass = kernels::RowPass::LogSoftmax};
}

/// Maximum, two differences, exponential, sum.
double flops(const OpQuery& q) { return 5.0 * static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[N, C]", .help = "Rows of numbers."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C]",
                                 .help = "Numbers up to zero; each row's powers sum to one."}};
constexpr OpSample samples[] = {{"", "3x5"}, {"", "1x10", -4, 4}, {"", "17x3"}, {"", "5x1"}};
constexpr OpErrorSample errors[] = {{"", "2x3x4x4", "x needs shape [N, C], got [2, 3, 4, 4]"},
                                    {"", "4<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "row_log_softmax",
    .title = "Log-softmax of rows",
    .category = "internal",
    .summary = "Logarithm of softmax over the columns of each row.",
    .formula = "y[n, i] = x[n, i] − ln Σ_j e^x[n, j]",
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

}  // namespace vitrine::ops::row_log_softmax
