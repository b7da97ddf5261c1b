// SPDX-License-Identifier: Apache-2.0
// Vectors along one axis, brought to length one.
#include "core/opdef/shape_rules.h"

namespace vitrine::ops::l2_normalize {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    VITRINE_TRY(needAxis(attrs.integer("axis"), "x", in[0].shape));
    return std::vector{in[0]};
}

ValueId shifted(Builder& b, ValueId x, double offset) {
    return b.emit("shift", b.attrs("shift").with("offset", offset), {x});
}

// x / √max(Σ x², epsilon²); the larger of two by relu(Σ x² − epsilon²) + epsilon².
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const double least = attrs.real("epsilon") * attrs.real("epsilon");
    const ValueId square = b.reduceSum(b.mul(in[0], in[0]), {attrs.integer("axis")});
    const ValueId bounded = shifted(b, b.emit("relu", {shifted(b, square, -least)}), least);
    return {b.mul(in[0], b.emit("rsqrt", {bounded}))};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[…]", .help = "Numbers with that axis."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[…]", .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {
    axisField("Axis along which the vectors lie, from 0; 1 is channels.", 1),
    {.id = "epsilon",
     .title = "Epsilon",
     .type = FieldType::Real,
     .defaultNumber = 1e-12,
     .minimum = 1e-15,
     .maximum = 1e6,
     .help = "Least length that is divided by, so that vectors of zeros stay zeros."}};

constexpr OpSample samples[] = {{"", "3x5"},
                                {"axis=2", "2x3x4x2"},
                                {"axis=0", "7"},
                                {"epsilon=1", "2x5", -0.1, 0.1},
                                {"", "1x17x2x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=2", "2x4", "axis 2 is not one of the 2 axes of x [2, 4]"},
    {"", "3x2:i32", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "l2_normalize",
    .title = "L2 normalisation",
    .category = "normalisation",
    .summary = "Brings vectors along one axis to length one.",
    .formula = "y = x / max(√(Σ x²), epsilon), along the axis",
    .searchWords = "unit length cosine euclidean normalization",
    .shortName = "norm",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::l2_normalize
