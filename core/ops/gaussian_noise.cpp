// SPDX-License-Identifier: Apache-2.0
// Noise of a normal distribution in training, nothing in evaluation.
#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/random_rules.h"

namespace vitrine::ops::gaussian_noise {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const double deviation = attrs.real("deviation");
    if (!b.training() || deviation == 0) return {in[0]};
    const ValueId noise = random::normal(b, b.program().shapeOf(in[0]));
    return {b.add(in[0], b.scale(noise, deviation))};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[S…]", .help = "Numbers of any shape."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[S…]", .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {{.id = "deviation",
                                 .title = "Deviation",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0.1,
                                 .minimum = 0,
                                 .maximum = 1e6,
                                 .help = "Standard deviation of what is added in training.",
                                 .onNode = OnNode::Value}};
constexpr OpSample samples[] = {
    {"", "3x5"}, {"deviation=2", "2x3x5x7"}, {"deviation=0", "1x17x3x1"}, {"", "scalar"}};
constexpr OpErrorSample errors[] = {
    {"", "4<10", "x needs f32 or f64, got i32"},
    {"deviation=-1", "3x5", "field 'deviation' is '-1', wanted a number from 0"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "gaussian_noise",
    .title = "Gaussian noise",
    .category = "regularisation",
    .summary = "Adds normally distributed random numbers in training.",
    .formula = "y = x + deviation · n,  n normal with mean 0 and variance 1;  in evaluation y = x",
    .searchWords = "random normal augmentation regularization",
    .shortName = "noise",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::gaussian_noise
