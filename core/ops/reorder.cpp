// SPDX-License-Identifier: Apache-2.0
// reorder: the same tensor as other kernels want it. A pass places it between those that differ.
#include "core/opdef/descriptor.h"

namespace vitrine::ops::reorder {

namespace {

constexpr PortSpec inputs[]{
    {.id = "x", .title = "Input", .types = everyType, .pattern = "[S…]", .help = "What to copy."}};
constexpr PortSpec outputs[]{{.id = "y",
                              .title = "Output",
                              .types = everyType,
                              .pattern = "[S…]",
                              .help = "The same elements, arranged for the next kernel."}};

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

kernels::Problem problem(const OpQuery&) { return kernels::Reorder{}; }

void vjp(VjpContext& c) { c.inGrad[0] = c.outGrad[0]; }
void jvp(JvpContext& c) { c.outTangent[0] = c.inTangent[0]; }
double flops(const OpQuery&) { return 0; }

constexpr OpSample samples[] = {
    {"", "2x3x5x7"}, {"", "17x20"}, {"", "1x1x1x1"}, {"", "2x17x5"}, {"", "3x2x2x3x4"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor{
    .id = "reorder",
    .title = "Reorder",
    .category = "internal",
    .summary = "Copies a tensor so that kernels that want it arranged in another way can read it.",
    .formula = "y = x",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
};

}  // namespace vitrine::ops::reorder
