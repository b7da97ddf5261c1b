// SPDX-License-Identifier: Apache-2.0
// A copy in row-major order without gaps, for kernels that cannot read a strided view.
#include "core/opdef/shape_rules.h"

namespace vitrine::ops::contiguous {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return oneResult(in[0].shape, in[0].dtype);
}

void vjp(VjpContext& c) { c.inGrad[0] = c.outGrad[0]; }
void jvp(JvpContext& c) { c.outTangent[0] = c.inTangent[0]; }

kernels::Problem problem(const OpQuery&) { return kernels::Copy{}; }

double flops(const OpQuery&) { return 0; }

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .pattern = "[…]",
                                .help = "A row-major value, also with strides."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .pattern = "[…]",
                                 .help = "The same elements, side by side."}};

constexpr OpSample samples[] = {{"", "2x3x4x5"}, {"", "17"}, {"", "scalar"}};
constexpr OpErrorSample errorSamples[] = {{"", "2x0", "result [2, 0] has an extent below 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "contiguous",
    .title = "Contiguous copy",
    .category = "internal",
    .summary = "Copies a strided view into row-major memory without gaps.",
    .formula = "y = x",
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

}  // namespace vitrine::ops::contiguous
