// SPDX-License-Identifier: Apache-2.0
// Mean and biased variance of each channel: the statistics of batch normalisation.
#include "core/ops/families/channel_rules.h"

namespace vitrine::ops::channel_moments {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector(2, channel::vectorOf(in[0]));
}

double count(const Builder& b, ValueId x) {
    return static_cast<double>(channel::elementsPerChannel(b.shape(x)));
}

/// dx = (x − mean) · 2 dvariance / m + dmean / m. That the variance depends on the mean adds
/// nothing, because Σ (x − mean) = 0.
void vjp(VjpContext& c) {
    const ValueId x = c.in(0), mean = c.out(0), dmean = c.outGrad[0], dvariance = c.outGrad[1];
    const double m = count(c.b, x);
    const ValueId slope =
        dvariance == noValue ? channel::zeros(c.b, x) : c.b.scale(dvariance, 2.0 / m);
    const ValueId offset = dmean == noValue ? channel::zeros(c.b, x) : c.b.scale(dmean, 1.0 / m);
    c.inGrad[0] = channel::normalize(c.b, x, mean, slope, offset);
}

/// tmean = Σ tx / m, tvariance = 2 Σ tx (x − mean) / m.
void jvp(JvpContext& c) {
    const ValueId x = c.in(0), mean = c.out(0), tx = c.inTangent[0];
    const double m = count(c.b, x);
    c.outTangent[0] = c.b.scale(channel::sum(c.b, tx), 1.0 / m);
    c.outTangent[1] = c.b.scale(channel::dot(c.b, tx, x, mean), 2.0 / m);
}

kernels::Problem problem(const OpQuery&) { return kernels::Channel{kernels::ChannelPass::Moments}; }

double flops(const OpQuery& q) { return 4.0 * static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {channel::imageInput};
constexpr PortSpec outputs[] = {
    {.id = "mean", .title = "Mean", .pattern = "[C]", .help = "Mean over images and pixels."},
    {.id = "variance",
     .title = "Variance",
     .pattern = "[C]",
     .help = "Mean squared distance from the mean."}};
constexpr OpSample samples[] = {{"", "3x5"}, {"", "2x3x5x7"}, {"", "1x17x3x1"}, {"", "4x2x2x2"}};
constexpr OpErrorSample errors[] = {{"", "5", "x needs shape [N, C, …], got [5]"},
                                    {"", "4<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "channel_moments",
    .title = "Channel moments",
    .category = "internal",
    .summary = "Mean and biased variance of each channel.",
    .formula = "mean[c] = Σ x / m,  variance[c] = Σ (x − mean[c])² / m",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::channel_moments
