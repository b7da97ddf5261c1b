// SPDX-License-Identifier: Apache-2.0
// Gated linear unit (Dauphin et al. 2016): one half of the channels gates the other.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"

namespace vitrine::ops::glu {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t axis = attrs.integer("axis");
    VITRINE_TRY(needAxis(axis, "x", in[0].shape));
    Shape half = in[0].shape;
    int64_t& extent = half[static_cast<int>(axis)];
    if (extent % 2 != 0)
        return shapeError(fmt::format("axis {} of x {} has {} entries, which have no halves", axis,
                                      in[0].shape.text(), extent));
    extent /= 2;
    return oneResult(half, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const int64_t axis = attrs.integer("axis");
    const int64_t length = b.shape(in[0])[static_cast<int>(axis)] / 2;
    Attrs cut = b.attrs("slice");
    cut.with("axis", axis).with("length", length);
    const ValueId value = b.emit("slice", cut.with("start", int64_t{0}), {in[0]});
    const ValueId gate = b.emit("slice", cut.with("start", length), {in[0]});
    return {b.mul(value, b.emit("sigmoid", {gate}))};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = floatTypes,
                                .pattern = "[…]",
                                .help = "Numbers with an even extent along the axis."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = floatTypes,
                                 .pattern = "[…]",
                                 .help = "Half as many numbers along the axis."}};
constexpr FieldSpec fields[] = {axisField("Axis to halve, from 0; 1 is channels.", 1)};
constexpr OpSample samples[] = {
    {"", "3x6"}, {"", "2x4x3x5"}, {"axis=0", "2x17x3"}, {"axis=3", "1x3x2x10"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3", "axis 1 of x [2, 3] has 3 entries, which have no halves"},
    {"axis=2", "2x2", "axis 2 is not one of the 2 axes of x [2, 2]"},
    {"", "2x2<10", "x needs floating-point numbers, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "glu",
    .title = "GLU",
    .category = "activation",
    .summary =
        "The first half of an axis, let through as far as the sigmoid of the second half says.",
    .formula = "y = a · 1 / (1 + e^−b),  x = [a, b] along the axis",
    .searchWords = "gated linear unit activation",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::glu
