// SPDX-License-Identifier: Apache-2.0
// Euclidean norm of any number of values taken together: what gradient clipping compares.
#include <fmt/format.h>

#include "core/opdef/descriptor.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::global_norm {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{ValueShape{{}, in[0].dtype}};
}

/// dg_i = g_i · dnorm / norm.
void vjp(VjpContext& c) {
    const ValueId share = c.b.mul(c.outGrad[0], c.b.emit("reciprocal", {c.out(0)}));
    for (size_t i = 0; i < c.instr.in.size(); ++i)
        if (c.wanted[i]) c.inGrad[i] = c.b.emit("scale_by", {c.instr.in[i], share});
}

/// tnorm = Σ_i g_i · tg_i / norm.
void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    for (size_t i = 0; i < c.instr.in.size(); ++i)
        if (c.inTangent[i] != noValue) sum.add(c.b.emit("dot", {c.instr.in[i], c.inTangent[i]}));
    c.outTangent[0] = c.b.mul(sum.value(), c.b.emit("reciprocal", {c.out(0)}));
}

kernels::Problem problem(const OpQuery&) { return kernels::GlobalNorm{}; }

double flops(const OpQuery& q) {
    double total = 0;
    for (const ValueShape& type : q.in) total += 2.0 * static_cast<double>(type.shape.elements());
    return total;
}

constexpr PortSpec inputs[] = {{.id = "g",
                                .title = "Values",
                                .pattern = "[…]",
                                .help = "Any number of values of any shapes.",
                                .repeat = anyNumber}};
constexpr PortSpec outputs[] = {{.id = "norm",
                                 .title = "Norm",
                                 .pattern = "[]",
                                 .help = "One number, accumulated in double precision."}};
constexpr OpSample samples[] = {{"", "3x5"}, {"", "2x3x5x7 3 scalar"}, {"", "1x17x3x1 4x3"}};
constexpr OpErrorSample errors[] = {{"", "4<10", "g0 needs f32 or f64, got i32"},
                                    {"", "2x3 4<10", "g1 needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "global_norm",
    .title = "Global norm",
    .category = "internal",
    .summary = "Euclidean norm of several values taken together.",
    .formula = "norm = √ Σ_i Σ g_i²",
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

}  // namespace vitrine::ops::global_norm
