// SPDX-License-Identifier: Apache-2.0
// Means along any axes.
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::reduce_mean {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const Result<std::vector<int64_t>> axes = reduce::axesOf(attrs, x);
    VITRINE_CHECK(axes.ok(), "a composite is built after its shapes were checked");
    const ValueId sum = b.reduceSum(in[0], *axes, attrs.flag("keep_axes"));
    const auto count = static_cast<double>(x.elements() / b.shape(sum).elements());
    return {b.scale(sum, 1 / count)};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[…]", .help = "Numbers of any shape."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[…]",
                                 .help = "One number for each place on the other axes."}};
constexpr FieldSpec fields[] = {reduce::axesField, reduce::keepAxesField};

constexpr OpSample samples[] = {
    {"", "2x3x4"},       {"axes=1", "2x3x4"},    {"axes=0,2 keep_axes=false", "3x2x5"},
    {"axes=-1", "17x9"}, {"axes=0", "9x17x2x2"}, {"axes=1,2,3 keep_axes=false", "2x3x2x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"axes=3", "2x3x4", "axis 3 is not one of the 3 axes of x [2, 3, 4]"},
    {"axes=-4", "2x3x4", "axis -4 is not one of the 3 axes of x [2, 3, 4]"},
    {"", "4<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reduce_mean",
    .title = "Mean",
    .category = "math",
    .summary = "Means along axes.",
    .formula = "y = 1/m Σ x along the axes, m elements in each",
    .searchWords = "average",
    .shortName = "mean",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = reduce::shapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::reduce_mean
