// SPDX-License-Identifier: Apache-2.0
// Running sums along an axis.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/along_rules.h"

namespace vitrine::ops::cumsum {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<int> axis = axis::of(attrs, in[0].shape);
    if (!axis.ok()) return axis.error();
    return oneResult(in[0].shape, in[0].dtype);
}

// An element is in all sums behind it: the adjoint runs the other way.
void vjp(VjpContext& c) {
    Attrs attrs = c.instr.attrs;
    attrs.with("reverse", !attrs.flag("reverse"));
    c.inGrad[0] = c.b.emit("cumsum", attrs, {c.outGrad[0]});
}

void jvp(JvpContext& c) { c.outTangent[0] = c.b.emit("cumsum", c.instr.attrs, {c.inTangent[0]}); }

kernels::Problem problem(const OpQuery& q) {
    const Attrs& attrs = q.instr.attrs;
    return kernels::Along{.pass = kernels::AlongPass::Scan,
                          .axis = axis::checked(attrs, q.in[0].shape),
                          .exclusive = attrs.flag("exclusive"),
                          .reverse = attrs.flag("reverse")};
}

constexpr PortSpec outputs[] = {
    along::output("Sums so far, accumulated in double precision; those of whole numbers wrap.")};
constexpr FieldSpec fields[] = {
    axis::field("Axis along which sums run; -1 is the last."),
    {.id = "exclusive",
     .title = "Exclusive",
     .type = FieldType::Bool,
     .help = "Whether a sum ends in front of its own element; the first one is 0 then."},
    {.id = "reverse",
     .title = "Reverse",
     .type = FieldType::Bool,
     .help = "Whether sums run from the last element to the first."}};

constexpr OpSample samples[] = {{"", "3x5"},
                                {"axis=0 exclusive=true", "4x3"},
                                {"axis=1 reverse=true", "2x3x65"},
                                {"axis=-2 exclusive=true reverse=true", "2x17x2"},
                                {"axis=0 reverse=true", "9x5:i64<90"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=2", "2x3", "axis 2 is not one of the 2 axes of x [2, 3]"},
    {"", "4:bool", "x needs f32, f64 or whole numbers, got bool"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "cumsum",
    .title = "Running sum",
    .category = "math",
    .summary = "Sums of all elements up to each along an axis.",
    .formula = "y[…, p, …] = Σ x[…, k, …] over k ≤ p; k < p exclusive, k ≥ p in reverse",
    .searchWords = "cumulative scan prefix integral",
    .inputs = along::inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::cumsum
