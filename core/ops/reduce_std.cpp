// SPDX-License-Identifier: Apache-2.0
// Standard deviations along any axes, in two passes.
#include <cmath>

#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::reduce_std {

namespace {

// The length of what lies apart from the mean: its gradient at 0 is 0.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const double divisor = reduce::degreesOfFreedom(attrs, b.shape(in[0]));
    Attrs axes = b.attrs("reduce_l2");
    axes.with("axes", attrs.get("axes")).with("keep_axes", attrs.get("keep_axes"));
    const ValueId length = b.emit("reduce_l2", axes, {reduce::centred(b, in[0], attrs)});
    return {b.scale(length, 1 / std::sqrt(divisor))};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reduce_std",
    .title = "Standard deviation",
    .category = "math",
    .summary = "Standard deviations along axes; the gradient is 0 where all elements are equal.",
    .formula =
        "y = √(1/(m − 1) Σ (x − mean)²) along the axes, m elements in each; 1/m where biased",
    .searchWords = "deviation sigma spread",
    .shortName = "std",
    .inputs = reduce::inputs,
    .outputs = reduce::outputs,
    .fields = reduce::varianceFields,
    .inferShapes = reduce::varianceShapes,
    .build = build,
    .samples = reduce::varianceSamples,
    .errorSamples = reduce::varianceErrors,
};

}  // namespace vitrine::ops::reduce_std
