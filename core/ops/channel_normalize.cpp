// SPDX-License-Identifier: Apache-2.0
// An affine map of each channel: what batch normalisation applies, and what its derivatives are.
#include "core/ops/families/channel_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::channel_normalize {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

/// dx = dy · scale, dscale = Σ dy · (x − center), dshift = Σ dy, dcenter = −scale · dshift.
void vjp(VjpContext& c) {
    const ValueId x = c.in(0), center = c.in(1), scale = c.in(2), dy = c.outGrad[0];
    if (c.wanted[0]) {
        const ValueId zero = channel::zeros(c.b, x);
        c.inGrad[0] = channel::normalize(c.b, dy, zero, scale, zero);
    }
    if (c.wanted[2]) c.inGrad[2] = channel::dot(c.b, dy, x, center);
    if (!c.wanted[1] && !c.wanted[3]) return;
    c.inGrad[3] = channel::sum(c.b, dy);
    if (c.wanted[1]) c.inGrad[1] = c.b.scale(c.b.mul(scale, c.inGrad[3]), -1.0);
}

/// ty = tx · scale + [(x − center) · tscale + (tshift − scale · tcenter)].
void jvp(JvpContext& c) {
    const ValueId x = c.in(0), center = c.in(1), scale = c.in(2);
    const ValueId zero = channel::zeros(c.b, x);
    TangentSum offset(c.b);
    offset.add(c.inTangent[3]);
    if (c.inTangent[1] != noValue) offset.add(c.b.scale(c.b.mul(scale, c.inTangent[1]), -1.0));

    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue)
        sum.add(channel::normalize(c.b, c.inTangent[0], zero, scale, zero));
    if (c.inTangent[2] != noValue || offset.value() != noValue)
        sum.add(channel::normalize(c.b, x, center,
                                   c.inTangent[2] == noValue ? zero : c.inTangent[2],
                                   offset.value() == noValue ? zero : offset.value()));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery&) {
    return kernels::Channel{kernels::ChannelPass::Normalize};
}

double flops(const OpQuery& q) { return 2.0 * static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {
    channel::imageInput,
    channel::centerInput,
    {.id = "scale", .title = "Scale", .pattern = "[C]", .help = "Factor of each channel."},
    {.id = "shift",
     .title = "Shift",
     .pattern = "[C]",
     .help = "Number that is added to each channel."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C, S…]",
                                 .help = "Result, shaped like the input."}};
constexpr OpSample samples[] = {
    {"", "3x5 5 5 5"}, {"", "2x3x5x7 3 3 3"}, {"", "1x17x3x1 17 17 17"}};
constexpr OpErrorSample errors[] = {{"", "3 3 3 3", "x needs shape [N, C, …], got [3]"},
                                    {"", "2x3x5x5 3 4 3", "scale needs shape [3], got [4]"},
                                    {"", "2x3x5x5 3 3 1x3", "shift needs shape [3], got [1, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "channel_normalize",
    .title = "Channel normalise",
    .category = "internal",
    .summary = "Subtracts, multiplies and adds one number per channel.",
    .formula = "y = (x − center[c]) · scale[c] + shift[c]",
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

}  // namespace vitrine::ops::channel_normalize
