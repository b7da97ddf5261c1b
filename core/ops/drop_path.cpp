// SPDX-License-Identifier: Apache-2.0
// Stochastic depth (Huang et al. 2016): the branch of a residual block, left out image by image.
#include "core/ops/families/random_rules.h"

namespace vitrine::ops::drop_path {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {random::dropWholes(b, in[0], 1, attrs.real("rate"))};
}

constexpr PortSpec inputs[] = {
    {.id = "x",
     .title = "Input",
     .pattern = "[N, …]",
     .help = "Result of a branch, image by image; what goes past it is added behind."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[N, …]", .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {
    random::rateField(0.1, "Share of the images that lose the branch in training.")};
constexpr OpSample samples[] = {{"rate=0.5", "3x5"}, {"", "2x3x5x7"}, {"rate=0", "17x3x1"}};
constexpr OpErrorSample errors[] = {
    {"", "4<10", "x needs f32 or f64, got i32"},
    {"rate=1", "3x5", "field 'rate' is '1', wanted a number from 0 to 0.999"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "drop_path",
    .title = "Drop path",
    .category = "regularisation",
    .summary = "Sets a random share of the images to zero in training and scales others up.",
    .formula = "y[n] = x[n] / (1 − rate) with probability 1 − rate, else 0;  in evaluation y = x",
    .searchWords = "stochastic depth branch drop regularization",
    .shortName = "drop",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::drop_path
