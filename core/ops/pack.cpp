// SPDX-License-Identifier: Apache-2.0
// pack: a weight as a convolution reads it. A pass places it before those that want one so.
#include "core/opdef/descriptor.h"

namespace vitrine::ops::pack {

namespace {

constexpr PortSpec inputs[]{{.id = "weight",
                             .title = "Weight",
                             .types = floatTypes,
                             .pattern = "[F, C, S…]",
                             .help = "Filters, channels of a group, taps."}};
constexpr PortSpec outputs[]{{.id = "y",
                              .title = "Output",
                              .types = floatTypes,
                              .pattern = "[F, C, S…]",
                              .help = "The same elements in the order in which they are read."}};

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

kernels::Problem problem(const OpQuery&) { return kernels::Pack{}; }

void vjp(VjpContext& c) { c.inGrad[0] = c.outGrad[0]; }
void jvp(JvpContext& c) { c.outTangent[0] = c.inTangent[0]; }
double flops(const OpQuery&) { return 0; }

constexpr OpSample samples[] = {
    {"", "7x5x3x3"}, {"", "17x20"}, {"", "1x1x1x1"}, {"", "33x2x5"}, {"", "3x2x2x3x4"}};
constexpr OpErrorSample errorSamples[] = {{"", "17", "weight needs shape [F, C, …], got [17]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor{
    .id = "pack",
    .title = "Pack",
    .category = "internal",
    .summary = "Copies a weight into the order in which the kernel of a convolution reads it.",
    .formula = "y = weight",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::pack
