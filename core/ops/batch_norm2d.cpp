// SPDX-License-Identifier: Apache-2.0
// Batch normalisation of images (Ioffe & Szegedy 2015), composed of channel moments, a few numbers
// per channel, and one affine map.
#include "core/ops/families/channel_rules.h"

namespace vitrine::ops::batch_norm2d {

namespace {

enum Input { X, Gamma, Beta, RunningMean, RunningVar };

Result<std::vector<ParamSpec>> parameters(const Attrs&, std::span<const ValueShape> in) {
    const Shape perChannel{in[X].shape[1]};
    const Init zeros{InitKind::Zeros}, ones{InitKind::Ones};
    return std::vector<ParamSpec>{{Gamma, perChannel, ones},
                                  {Beta, perChannel, zeros},
                                  {RunningMean, perChannel, zeros},
                                  {RunningVar, perChannel, ones}};
}

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[X]};
}

/// gamma / √(variance + eps).
ValueId scaleFrom(Builder& b, const Attrs& attrs, ValueId gamma, ValueId variance) {
    const Attrs root = b.attrs("rsqrt").with("epsilon", attrs.real("eps"));
    return b.mul(gamma, b.emit("rsqrt", root, {variance}));
}

/// state ← (1 − momentum) · state + momentum · factor · observed.
void track(Builder& b, double momentum, ValueId state, ValueId observed, double factor) {
    b.updateState(state,
                  b.add(b.scale(state, 1.0 - momentum), b.scale(observed, momentum * factor)));
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    ValueId mean = in[RunningMean], variance = in[RunningVar];
    if (b.training()) {
        const std::vector<ValueId> moments = b.emitAll("channel_moments", {}, {&in[X], 1});
        mean = moments[0];
        variance = moments[1];
        const int64_t m = channel::elementsPerChannel(b.shape(in[X]));
        const double momentum = attrs.real("momentum");
        track(b, momentum, in[RunningMean], mean, 1.0);
        // A single number is no observation of a variance: what is known of it stays.
        if (m > 1)
            track(b, momentum, in[RunningVar], variance,
                  static_cast<double>(m) / static_cast<double>(m - 1));
    }
    const ValueId scale = scaleFrom(b, attrs, in[Gamma], variance);
    return {channel::normalize(b, in[X], mean, scale, in[Beta])};
}

constexpr PortSpec inputs[] = {
    {.id = "x",
     .title = "Input",
     .pattern = "[N, C, H, W]",
     .help = "Images. Each channel is normalised over all images and pixels of the batch."},
    {.id = "weight",
     .title = "Weight",
     .role = PortRole::Parameter,
     .pattern = "[C]",
     .help = "Factor γ of each channel after normalisation; starts at one."},
    {.id = "bias",
     .title = "Bias",
     .role = PortRole::Parameter,
     .pattern = "[C]",
     .help = "Number β that is added to each channel after normalisation; starts at zero."},
    {.id = "running_mean",
     .title = "Running mean",
     .role = PortRole::Statistic,
     .pattern = "[C]",
     .help = "Moving average of the batches' means, used in evaluation."},
    {.id = "running_var",
     .title = "Running variance",
     .role = PortRole::Statistic,
     .pattern = "[C]",
     .help = "Moving average of the batches' unbiased variances, used in evaluation; a batch with "
             "one number per channel has none."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C, H, W]",
                                 .help = "Normalised images, shaped like the input."}};
constexpr FieldSpec fields[] = {
    {.id = "momentum",
     .title = "Momentum",
     .type = FieldType::Real,
     .defaultNumber = 0.1,
     .minimum = 0,
     .maximum = 1,
     .help = "Share of the newest batch in the running mean and variance."},
    {.id = "eps",
     .title = "Epsilon",
     .type = FieldType::Real,
     .defaultNumber = 1e-5,
     .minimum = 0,
     .maximum = 1,
     .help = "Added to the variance, so that a constant channel can be normalised."}};
constexpr OpSample samples[] = {
    {"", "2x3x5x7"}, {"momentum=0.3 eps=0.001", "1x17x3x1"}, {"eps=0.1", "5x1x2x3"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"},
    {"", "4<10", "x needs f32 or f64, got i32"},
    {"momentum=2", "2x3x5x7", "field 'momentum' is '2', wanted a number from 0 to 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "batch_norm2d",
    .title = "Batch normalisation 2D",
    .category = "normalisation",
    .summary = "Brings each channel to mean zero and variance one, then scales and shifts it.",
    .formula = "y = (x − mean[c]) / √(variance[c] + eps) · weight[c] + bias[c]",
    .searchWords = "bn batchnorm normalization",
    .shortName = "norm",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::batch_norm2d
