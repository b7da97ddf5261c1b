// SPDX-License-Identifier: Apache-2.0
// Means along any axes.
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::reduce_mean {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const auto count = static_cast<double>(reduce::countOf(attrs, b.shape(in[0])));
    return {b.scale(reduce::sum(b, in[0], attrs), 1 / count)};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reduce_mean",
    .title = "Mean",
    .category = "math",
    .summary = "Means along axes.",
    .formula = "y = 1/m Σ x along the axes, m elements in each",
    .searchWords = "average",
    .shortName = "mean",
    .inputs = reduce::inputs,
    .outputs = reduce::outputs,
    .fields = reduce::fields,
    .inferShapes = reduce::shapes,
    .build = build,
    .samples = reduce::samples,
    .errorSamples = reduce::errorSamples,
};

}  // namespace vitrine::ops::reduce_mean
