// SPDX-License-Identifier: Apache-2.0
// Normalisation by the root mean square alone (Zhang and Sennrich 2019) over the last axes.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/norm_rules.h"

namespace vitrine::ops::rms_norm {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    VITRINE_TRY(norm::needInner(attrs, in));
    return std::vector{in[0]};
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    if (!attrs.flag("affine") || attrs.integer("axes") > in[0].shape.rank())
        return std::vector<ParamSpec>{};
    return std::vector<ParamSpec>{{1, norm::innerOf(attrs, in[0].shape), {InitKind::Ones}}};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int64_t inner = norm::innerOf(attrs, x).elements();
    const ValueId rows = b.reshape(in[0], {x.elements() / inner, inner});
    const ValueId square =
        b.scale(b.reduceSum(b.mul(rows, rows), {1}), 1.0 / static_cast<double>(inner));
    const Attrs root = b.attrs("rsqrt").with("epsilon", attrs.real("epsilon"));
    const ValueId y = b.reshape(b.mul(rows, b.emit("rsqrt", root, {square})), x);
    return {attrs.flag("affine") ? b.mul(y, in[1]) : y};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[…]", .help = "Numbers with at least one axis."},
    norm::scaleInput("[…]")};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[…]", .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {
    norm::axesField,
    {.id = "epsilon",
     .title = "Epsilon",
     .type = FieldType::Real,
     .defaultNumber = 1e-6,
     .minimum = 1e-12,
     .maximum = 1,
     .help = "Added to the mean square, so that rows of zeros stay finite."},
    {.id = "affine",
     .title = "Scale",
     .type = FieldType::Bool,
     .defaultNumber = 1,
     .help = "Whether the result is scaled by trained numbers."}};

constexpr OpSample samples[] = {
    {"", "3x5"}, {"axes=2", "2x3x4x2"}, {"affine=false", "2x3x6"}, {"axes=1 epsilon=0.1", "7"}};
constexpr OpErrorSample errorSamples[] = {{"axes=3", "2x4", "x [2, 4] has no 3 axes"},
                                          {"", "3<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "rms_norm",
    .title = "RMS normalisation",
    .category = "normalisation",
    .summary = "Divides by the root mean square of the last axes, then scales.",
    .formula = "y = scale · x / √(mean(x²) + epsilon), over the last axes",
    .searchWords = "root mean square norm normalization transformer",
    .shortName = "norm",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::rms_norm
