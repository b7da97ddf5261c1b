// SPDX-License-Identifier: Apache-2.0
// Numbers along axes, less their mean and by their deviation.
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::mean_variance_normalization {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto axes = reduce::axesOf(attrs, in[0].shape);
    if (!axes.ok()) return axes.error();
    return std::vector{in[0]};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const auto axes = reduce::checkedAxes(attrs, x);
    const ValueId rest = reduce::centred(b, in[0], attrs);
    const ValueId variance = b.scale(b.reduceSum(b.mul(rest, rest), axes),
                                     1 / static_cast<double>(reduce::countOf(attrs, x)));
    const Attrs root = b.attrs("rsqrt").with("epsilon", attrs.real("epsilon"));
    return {b.mul(rest, b.emit("rsqrt", root, {variance}))};
}

constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[…]", .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {reduce::axesField,
                                {.id = "epsilon",
                                 .title = "Epsilon",
                                 .type = FieldType::Real,
                                 .defaultNumber = 1e-9,
                                 .minimum = 0,
                                 .maximum = 1,
                                 .help = "Added to the variance."}};

constexpr OpSample samples[] = {
    {"", "2x3x4"}, {"axes=0,2,3", "3x2x4x5"}, {"axes=-1 epsilon=1e-3", "5x9"}, {"axes=0", "9x3"}};
constexpr OpErrorSample errorSamples[] = {
    {"axes=3", "2x3x4", "axis 3 is not one of the 3 axes of x [2, 3, 4]"},
    {"", "4<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "mean_variance_normalization",
    .title = "Mean and variance normalisation",
    .category = "normalisation",
    .summary = "Brings numbers along axes to mean 0 and variance 1.",
    .formula = "y = (x − mean) / √(variance + epsilon) along the axes",
    .searchWords = "mvn standardize whiten normalize",
    .shortName = "norm",
    .inputs = reduce::inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::mean_variance_normalization
