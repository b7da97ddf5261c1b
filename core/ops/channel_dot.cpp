// SPDX-License-Identifier: Apache-2.0
// Product of two images summed per channel: the gradient of a factor per channel.
#include "core/ops/families/channel_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::channel_dot {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{channel::vectorOf(in[0])};
}

/// dx = (y − center) · g, dy = x · g, dcenter = −g · Σ x, with g = ddot.
void vjp(VjpContext& c) {
    const ValueId x = c.in(0), y = c.in(1), center = c.in(2), g = c.outGrad[0];
    const ValueId zero = channel::zeros(c.b, x);
    if (c.wanted[0]) c.inGrad[0] = channel::normalize(c.b, y, center, g, zero);
    if (c.wanted[1]) c.inGrad[1] = channel::normalize(c.b, x, zero, g, zero);
    if (c.wanted[2]) c.inGrad[2] = c.b.scale(c.b.mul(g, channel::sum(c.b, x)), -1.0);
}

/// tdot = Σ tx · (y − center) + Σ x · ty − tcenter · Σ x.
void jvp(JvpContext& c) {
    const ValueId x = c.in(0), y = c.in(1), center = c.in(2);
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(channel::dot(c.b, c.inTangent[0], y, center));
    if (c.inTangent[1] != noValue)
        sum.add(channel::dot(c.b, x, c.inTangent[1], channel::zeros(c.b, x)));
    if (c.inTangent[2] != noValue)
        sum.add(c.b.scale(c.b.mul(c.inTangent[2], channel::sum(c.b, x)), -1.0));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery&) { return kernels::Channel{kernels::ChannelPass::Dot}; }

double flops(const OpQuery& q) { return 3.0 * static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {channel::imageInput,
                               {.id = "y",
                                .title = "Other",
                                .pattern = "[N, C, S…]",
                                .help = "Second factor, shaped like the first."},
                               {.id = "center",
                                .title = "Center",
                                .pattern = "[C]",
                                .help = "Number that is subtracted from each channel of y."}};
constexpr PortSpec outputs[] = {{.id = "dot",
                                 .title = "Dot product",
                                 .pattern = "[C]",
                                 .help = "Sum of products over images and pixels."}};
constexpr OpSample samples[] = {
    {"", "3x5 3x5 5"}, {"", "2x3x5x7 2x3x5x7 3"}, {"", "1x17x3x1 1x17x3x1 17"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3x5x5 2x3x5x6 3", "y needs shape [2, 3, 5, 5], got [2, 3, 5, 6]"},
    {"", "2x3x5x5 2x3 3", "y needs shape [2, 3, 5, 5], got [2, 3]"},
    {"", "2x3x5x5 2x3x5x5 4", "center needs shape [3], got [4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "channel_dot",
    .title = "Channel dot product",
    .category = "internal",
    .summary = "Product of two images, one of them centred, summed per channel.",
    .formula = "dot[c] = Σ x · (y − center[c])",
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

}  // namespace vitrine::ops::channel_dot
