// SPDX-License-Identifier: Apache-2.0
// Interpolation along one axis.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/resample_rules.h"

namespace vitrine::ops::resample {

namespace {

namespace rules = vitrine::resample;

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t axis = attrs.integer("axis");
    VITRINE_TRY(needAxis(axis, "x", in[0].shape));
    Shape result = in[0].shape;
    result[static_cast<int>(axis)] = attrs.integer("size");
    return oneResult(result, in[0].dtype);
}

void vjp(VjpContext& c) {
    const Attrs& from = c.instr.attrs;
    Attrs attrs = rules::withFields(c.b.attrs("resample_adjoint"), from);
    attrs.with("size", c.b.shape(c.in(0))[static_cast<int>(from.integer("axis"))]);
    c.inGrad[0] = c.b.emit("resample_adjoint", attrs, {c.outGrad[0]});
}

void jvp(JvpContext& c) { c.outTangent[0] = c.b.emit("resample", c.instr.attrs, {c.inTangent[0]}); }

kernels::Problem problem(const OpQuery& q) {
    const Attrs& attrs = q.instr.attrs;
    const auto axis = static_cast<int>(attrs.integer("axis"));
    return kernels::Resample{axis, rules::mapOf(attrs, q.in[0].shape[axis], q.out[0].shape[axis])};
}

constexpr PortSpec inputs[] = {rules::input("x", "Numbers with the axis.")};
constexpr PortSpec outputs[] = {rules::output("y", "The same in another size.")};
constexpr FieldSpec fields[] = {rules::alongField,     rules::sizeField,     rules::modeField,
                                rules::samplingField,  rules::roundingField, rules::cubicField,
                                rules::antialiasField, rules::excludeField,  rules::factorField};

constexpr OpSample samples[] = {{"axis=1 size=6", "2x3x2"},
                                {"axis=0 size=5 mode=linear", "3x4"},
                                {"axis=2 size=4 mode=linear sampling=align_corners", "2x1x7"},
                                {"axis=1 size=3 sampling=asymmetric", "2x8x3"},
                                {"axis=0 size=9 mode=linear sampling=asymmetric", "4"},
                                {"axis=1 size=5 mode=cubic", "2x3x2"},
                                {"axis=0 size=3 mode=cubic antialias=true", "8x2"},
                                {"axis=0 size=5 rounding=ceil factor=0.7", "7"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=2 size=3", "2x3", "axis 2 is not one of the 2 axes of x [2, 3]"},
    {"size=2", "4<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "resample",
    .title = "Resample",
    .category = "internal",
    .summary = "Interpolates along one axis.",
    .formula = "y[p] = Σ_q w(p, q) · x[q] along the axis",
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

}  // namespace vitrine::ops::resample
