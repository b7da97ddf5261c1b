// SPDX-License-Identifier: Apache-2.0
// Adjoint of interpolation along one axis: every result's gradient goes where it was taken from.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/resample_rules.h"

namespace vitrine::ops::resample_adjoint {

namespace {

namespace rules = vitrine::resample;

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t axis = attrs.integer("axis");
    VITRINE_TRY(needAxis(axis, "dy", in[0].shape));
    Shape result = in[0].shape;
    result[static_cast<int>(axis)] = attrs.integer("size");
    return oneResult(result, in[0].dtype);
}

void vjp(VjpContext& c) {
    const int64_t axis = c.instr.attrs.integer("axis");
    c.inGrad[0] = rules::along(c.b, c.instr.attrs, c.outGrad[0], axis,
                               c.b.shape(c.in(0))[static_cast<int>(axis)]);
}

void jvp(JvpContext& c) {
    c.outTangent[0] = c.b.emit("resample_adjoint", c.instr.attrs, {c.inTangent[0]});
}

kernels::Problem problem(const OpQuery& q) {
    const Attrs& attrs = q.instr.attrs;
    const auto axis = static_cast<int>(attrs.integer("axis"));
    const int64_t size = q.out[0].shape[axis];
    const kernels::AxisMap map = rules::mapOf(attrs, size, q.in[0].shape[axis]);
    return kernels::Resample{axis, rules::adjointOf(map, size)};
}

constexpr PortSpec inputs[] = {rules::input("dy", "Gradient of the interpolation's result.")};
constexpr PortSpec outputs[] = {rules::output("dx", "Gradient of what was interpolated.")};
constexpr FieldSpec fields[] = {rules::alongField,     rules::sizeField,     rules::modeField,
                                rules::samplingField,  rules::roundingField, rules::cubicField,
                                rules::antialiasField, rules::excludeField,  rules::factorField};

constexpr OpSample samples[] = {{"axis=1 size=3", "2x6x2"},
                                {"axis=0 size=3 mode=linear", "5x4"},
                                {"axis=2 size=7 mode=linear sampling=align_corners", "2x1x4"},
                                {"axis=0 size=8 mode=cubic antialias=true", "3x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=2 size=3", "2x3", "axis 2 is not one of the 2 axes of dy [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "resample_adjoint",
    .title = "Resample, gradient",
    .category = "internal",
    .summary = "Adjoint of interpolation along one axis.",
    .formula = "dx[q] = Σ_p w(p, q) · dy[p] along the axis",
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

}  // namespace vitrine::ops::resample_adjoint
