// SPDX-License-Identifier: Apache-2.0
// Adjoint of gather: rows are added up where they were read.
#include "core/opdef/shape_rules.h"

namespace vitrine::ops::scatter_add {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape& dy = in[0].shape;
    return oneResult({dy[0], attrs.integer("rows"), dy[2]}, in[0].dtype);
}

// Linear in dy: its adjoint reads the rows back.
void vjp(VjpContext& c) {
    if (!c.wanted[0]) return;
    c.inGrad[0] =
        c.b.emit("gather", c.b.attrs("gather").with("axis", int64_t{1}), {c.outGrad[0], c.in(1)});
}

void jvp(JvpContext& c) {
    if (c.inTangent[0] != noValue)
        c.outTangent[0] = c.b.emit("scatter_add", c.instr.attrs, {c.inTangent[0], c.in(1)});
}

kernels::Problem problem(const OpQuery&) { return kernels::ScatterAdd{}; }

constexpr PortSpec inputs[] = {
    {.id = "dy", .title = "Gradient", .pattern = "[O, K, I]", .help = "Rows to add up."},
    {.id = "index",
     .title = "Index",
     .types = indexTypes,
     .pattern = "[K]",
     .help = "Where each of them belongs."}};
constexpr PortSpec outputs[] = {{.id = "dx",
                                 .title = "Gradient",
                                 .pattern = "[O, R, I]",
                                 .help = "Sums, accumulated in double precision."}};
constexpr FieldSpec fields[] = {{.id = "rows",
                                 .title = "Rows",
                                 .defaultNumber = 1,
                                 .minimum = 1,
                                 .maximum = 1 << 30,
                                 .help = "Rows of the result."}};

constexpr OpSample samples[] = {
    {"rows=5", "1x4x3 4<5"}, {"rows=3", "2x6x1 6:u8<3"}, {"rows=70", "1x3x65 3:i64<70"}};
constexpr OpErrorSample errorSamples[] = {
    {"rows=5", "1x4x3 3<5", "index needs shape [4], got [3]"},
    {"rows=5", "4x3 4<5", "dy needs shape [O, K, I], got [4, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "scatter_add",
    .title = "Gather, gradient",
    .category = "internal",
    .summary = "Adjoint of gather: rows are added up where they were read.",
    .formula = "dx[o, r, i] = Σ dy[o, k, i] over k with index[k] = r",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::scatter_add
