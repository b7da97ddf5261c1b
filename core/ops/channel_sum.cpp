// SPDX-License-Identifier: Apache-2.0
// Sum of each channel: the gradient of what is added per channel.
#include "core/ops/families/channel_rules.h"

namespace vitrine::ops::channel_sum {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{channel::vectorOf(in[0])};
}

/// dx = dsum[c] everywhere in channel c.
void vjp(VjpContext& c) {
    const ValueId zero = channel::zeros(c.b, c.in(0));
    c.inGrad[0] = channel::normalize(c.b, c.in(0), zero, zero, c.outGrad[0]);
}

void jvp(JvpContext& c) { c.outTangent[0] = channel::sum(c.b, c.inTangent[0]); }

kernels::Problem problem(const OpQuery&) { return kernels::Channel{kernels::ChannelPass::Sum}; }

double flops(const OpQuery& q) { return static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {channel::imageInput};
constexpr PortSpec outputs[] = {
    {.id = "sum", .title = "Sum", .pattern = "[C]", .help = "Sum over images and pixels."}};
constexpr OpSample samples[] = {{"", "3x5"}, {"", "2x3x5x7"}, {"", "1x17x3x1"}};
constexpr OpErrorSample errors[] = {{"", "5", "x needs shape [N, C, …], got [5]"},
                                    {"", "4<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "channel_sum",
    .title = "Channel sum",
    .category = "internal",
    .summary = "Sum of each channel over images and pixels.",
    .formula = "sum[c] = Σ x",
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

}  // namespace vitrine::ops::channel_sum
