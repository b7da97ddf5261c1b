// SPDX-License-Identifier: Apache-2.0
// Layer normalisation (Ba, Kiros and Hinton 2016) over the last axes.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/norm_rules.h"

namespace vitrine::ops::layer_norm {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    VITRINE_TRY(norm::needInner(attrs, in));
    return std::vector{in[0]};
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    if (!attrs.flag("affine") || attrs.integer("axes") > in[0].shape.rank())
        return std::vector<ParamSpec>{};
    const Shape inner = norm::innerOf(attrs, in[0].shape);
    return std::vector<ParamSpec>{{1, inner, {InitKind::Ones}}, {2, inner, {}}};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int64_t inner = norm::innerOf(attrs, x).elements();
    const ValueId rows = b.reshape(in[0], {x.elements() / inner, inner});
    const double epsilon = attrs.real("epsilon");
    const ValueId y = attrs.flag("affine") ? norm::rows(b, rows, epsilon, {in[1], in[2]})
                                           : norm::rows(b, rows, epsilon);
    return {b.reshape(y, x)};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[…]", .help = "Numbers with at least one axis."},
    norm::scaleInput("[…]"),
    norm::shiftInput("[…]")};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[…]", .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {norm::axesField, norm::epsilonField, norm::affineField};

constexpr OpSample samples[] = {
    {"", "3x5"}, {"axes=2", "2x3x4x2"}, {"affine=false", "2x3x6"}, {"axes=1 epsilon=0.1", "7"}};
constexpr OpErrorSample errorSamples[] = {{"axes=3", "2x4", "x [2, 4] has no 3 axes"},
                                          {"", "3<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "layer_norm",
    .title = "Layer normalisation",
    .category = "normalisation",
    .summary = "Normalises the last axes, then scales and shifts.",
    .formula = "y = scale · (x − mean) / √(variance + epsilon) + shift, over the last axes",
    .searchWords = "ln norm normalization transformer",
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

}  // namespace vitrine::ops::layer_norm
