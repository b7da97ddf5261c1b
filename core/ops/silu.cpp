// SPDX-License-Identifier: Apache-2.0
// Sigmoid linear unit (Elfwing et al. 2017), also called swish.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::silu {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    return {b.mul(in[0], b.emit("sigmoid", {in[0]}))};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "silu",
    .title = "SiLU",
    .category = "activation",
    .summary = "Lets each number through as far as its sigmoid says.",
    .formula = "y = x / (1 + exp(−x))",
    .searchWords = "swish activation",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .build = build,
    .samples = pointwise::unarySamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::silu
