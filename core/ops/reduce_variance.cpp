// SPDX-License-Identifier: Apache-2.0
// Variances along any axes, in two passes.
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::reduce_variance {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const double divisor = reduce::degreesOfFreedom(attrs, b.shape(in[0]));
    const ValueId apart = reduce::centred(b, in[0], attrs);
    return {b.scale(reduce::sum(b, b.mul(apart, apart), attrs), 1 / divisor)};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reduce_variance",
    .title = "Variance",
    .category = "math",
    .summary = "Variances along axes: means first, then squares of what lies apart from them.",
    .formula = "y = 1/(m − 1) Σ (x − mean)² along the axes, m elements in each; 1/m where biased",
    .searchWords = "var spread moment",
    .shortName = "variance",
    .inputs = reduce::inputs,
    .outputs = reduce::outputs,
    .fields = reduce::varianceFields,
    .inferShapes = reduce::varianceShapes,
    .build = build,
    .samples = reduce::varianceSamples,
    .errorSamples = reduce::varianceErrors,
};

}  // namespace vitrine::ops::reduce_variance
