// SPDX-License-Identifier: Apache-2.0
// Scaled exponential linear unit (Klambauer et al. 2017).
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::selu {

namespace {

// The fixed point of mean 0 and variance 1, equation 14 of the paper's appendix.
constexpr double alpha = 1.6732632423543772848170429916717;
constexpr double factor = 1.0507009873554804934193349852946;

std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    return {b.scale(b.emit("elu", b.attrs("elu").with("alpha", alpha), {in[0]}), factor)};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "selu",
    .title = "SELU",
    .category = "activation",
    .summary = "An ELU whose constants keep mean 0 and variance 1 from layer to layer.",
    .formula = "y = 1.0507 · (x > 0 ? x : 1.6733 · (e^x − 1))",
    .searchWords = "self normalizing scaled exponential activation",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .build = build,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::selu
