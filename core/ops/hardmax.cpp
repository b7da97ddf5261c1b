// SPDX-License-Identifier: Apache-2.0
// One where the largest element along an axis is, and zero elsewhere.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/along_rules.h"

namespace vitrine::ops::hardmax {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<int> axis = axis::of(attrs, in[0].shape);
    if (!axis.ok()) return axis.error();
    return oneResult(in[0].shape, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int axis = axis::checked(attrs, x);
    Attrs where = b.attrs("argmax");
    where.with("axis", int64_t{axis}).with("keep_axis", true);
    const ValueId largest = b.emit("argmax", where, {in[0]});
    Shape alongAxis;
    for (int i = 0; i < x.rank(); ++i) alongAxis.push(i == axis ? x[i] : 1);
    const ValueId places =
        b.reshape(axis::cast(b, axis::counted(b, x[axis]), DType::I64), alongAxis);
    return {axis::cast(b, b.emit("equal", {places, largest}), b.dtype(in[0]))};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[…]", .help = "Numbers with that axis."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[…]", .help = "One 1 for each place."}};
constexpr FieldSpec fields[] = {
    axis::field("Axis along which the largest is sought; -1 is the "
                "last.")};
constexpr OpSample samples[] = {{"", "3x5"}, {"axis=0", "4x3"}, {"axis=1", "2x7x3"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=2", "2x3", "axis 2 is not one of the 2 axes of x [2, 3]"},
    {"", "4<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "hardmax",
    .title = "Hardmax",
    .category = "activation",
    .summary =
        "One where the largest element along an axis is, the first of equals, and zero "
        "elsewhere.",
    .formula = "y[…, k, …] = 1 where k is the first with x[…, k, …] = max x along the axis, else 0",
    .searchWords = "argmax one hot winner",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::hardmax
