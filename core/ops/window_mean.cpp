// SPDX-License-Identifier: Apache-2.0
// Means of windows that divide an axis, or their adjoint.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/adaptive_rules.h"
#include "core/ops/families/along_rules.h"
#include "core/ops/families/resample_rules.h"

namespace vitrine::ops::window_mean {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<int> axis = axis::of(attrs, in[0].shape);
    if (!axis.ok()) return axis.error();
    VITRINE_TRY(needSize("x", in[0].shape));
    return oneResult(axis::with(in[0].shape, *axis, attrs.integer("size")), in[0].dtype);
}

// Linear: its adjoint is the other one.
void vjp(VjpContext& c) {
    const Attrs& from = c.instr.attrs;
    const Shape x = c.b.shape(c.in(0));
    Attrs attrs = c.b.attrs("window_mean");
    attrs.with("axis", from.get("axis")).with("adjoint", !from.flag("adjoint"));
    attrs.with("size", x[axis::checked(from, x)]);
    c.inGrad[0] = c.b.emit("window_mean", attrs, {c.outGrad[0]});
}

void jvp(JvpContext& c) {
    c.outTangent[0] = c.b.emit("window_mean", c.instr.attrs, {c.inTangent[0]});
}

kernels::Problem problem(const OpQuery& q) {
    const int axis = axis::checked(q.instr.attrs, q.in[0].shape);
    const int64_t in = q.in[0].shape[axis], out = q.out[0].shape[axis];
    const bool isAdjoint = q.instr.attrs.flag("adjoint");
    return kernels::Resample{
        axis, isAdjoint ? vitrine::resample::adjointOf(adaptive::meansOf(out, in), out)
                        : adaptive::meansOf(in, out)};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[…]", .help = "Numbers with the axis."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[…]", .help = "Means, or what they get back."}};
constexpr FieldSpec fields[] = {axis::field("Axis that windows divide; -1 is the last."),
                                along::sizeField("Extent of the result along the axis."),
                                {.id = "adjoint",
                                 .title = "Adjoint",
                                 .type = FieldType::Bool,
                                 .help = "Whether x holds gradients of means."}};

constexpr OpSample samples[] = {{"size=2", "3x5"},
                                {"axis=1 size=3", "2x7x3"},
                                {"axis=0 size=5", "3x2"},
                                {"axis=1 size=7 adjoint=true", "2x3x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=2", "2x3", "axis 2 is not one of the 2 axes of x [2, 3]"},
    {"", "4<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "window_mean",
    .title = "Window means",
    .category = "internal",
    .summary = "Means of windows that divide an axis.",
    .formula = "y[p] = mean x[k] over ⌊p · n / size⌋ ≤ k < ⌈(p + 1) · n / size⌉, n elements",
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

}  // namespace vitrine::ops::window_mean
